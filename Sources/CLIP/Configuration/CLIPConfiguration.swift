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
  /// Whether scores are sigmoids with a bias, as in SigLIP: the model has a `logit_bias` beside its scale.
  package var hasLogitBias: Bool

  /// Creates an architecture; see ``validate(source:)``.
  ///
  /// - Parameters:
  ///   - embedDimension: the width of the space that images and texts share.
  ///   - image: the image tower.
  ///   - text: the text tower.
  ///   - preprocessing: the preparation of pictures; nil for OpenAI's.
  ///   - hasLogitBias: whether scores are sigmoids with a bias.
  package init(
    embedDimension: Int, image: ImageTowerConfiguration, text: TextTowerConfiguration,
    preprocessing: Preprocessing? = nil, hasLogitBias: Bool = false
  ) {
    self.embedDimension = embedDimension
    self.image = image
    self.text = text
    self.hasLogitBias = hasLogitBias
    self.preprocessing = preprocessing ?? .openAI(image.inputSize)
  }
}
