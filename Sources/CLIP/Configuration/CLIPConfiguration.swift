import PromptLensImages

/// The architecture of a CLIP: everything except its weights.
///
/// Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), section 2.4.
package struct CLIPConfiguration: Sendable, Equatable {
  /// The width of the space that images and texts share.
  package var embedDimension: Int
  /// The image tower.
  package var image: ImageTowerConfiguration
  /// The text tower.
  package var text: TextTowerConfiguration
  /// The preparation of pictures for the image tower.
  package var preprocessing: Preprocessing

  /// Creates an architecture; see ``validate(source:)``.
  ///
  /// - Parameters:
  ///   - embedDimension: the width of the space that images and texts share.
  ///   - image: the image tower.
  ///   - text: the text tower.
  ///   - preprocessing: the preparation of pictures; nil for OpenAI's.
  package init(
    embedDimension: Int, image: ImageTowerConfiguration, text: TextTowerConfiguration,
    preprocessing: Preprocessing? = nil
  ) {
    self.embedDimension = embedDimension
    self.image = image
    self.text = text
    self.preprocessing = preprocessing ?? .openAI(image.inputSize)
  }
}
