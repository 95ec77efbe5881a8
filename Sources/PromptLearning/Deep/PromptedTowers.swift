import PromptLensCLIP
import PromptLensPrompts
import PromptLensTensors

/// The images of a step: features of a tower without prompts, or embedded patches for a tower with prompts.
package enum PromptedImages: Sendable {
  /// Features before any normalization, `[count, embedDimension]`.
  case features(FloatBuffer)
  /// The embedded patches from `ImagePromptPass.embed`, `[count, positions, width]`.
  case embedded(FloatBuffer)
}

/// Both towers with the prompts of a form, forward and backward.
package final class PromptedTowers {
  /// The form of the prompts.
  package let form: any PromptForm
  /// The pass of the image tower; nil where it has no prompts.
  package let imagePass: ImagePromptPass?
  private let textPass: PromptPass
  private let embedDimension: Int
  /// The features of prompts of words only, which don't change.
  private var words: UnitRows?

  /// Prepares passes.
  ///
  /// - Parameters:
  ///   - form: the form of the prompts.
  ///   - clip: the model.
  ///   - prompts: the prompt of each class, as `PromptForm.elements` gives them.
  ///   - tapeLimit: the bytes that each tower's tapes may take; nil for no limit. Results don't depend on it.
  /// - Throws: `CLIPError` when a prompt or the form doesn't fit the towers.
  package init(
    _ form: any PromptForm, clip: CLIPModel, prompts: [[PromptElement]], tapeLimit: Int? = nil
  ) throws {
    self.form = form
    let encoder = try clip.textEncoder()
    textPass = try PromptPass(
      encoder: encoder, tree: encoder.tree(prompts), tapeLimit: form.contextLength > 0 ? tapeLimit : 0,
      replacedFrom: form.firstReplaced)
    imagePass =
      form.imageTokens == 0
      ? nil
      : try ImagePromptPass(encoder: clip.imageEncoder(), promptCount: form.imageTokens, tapeLimit: tapeLimit)
    embedDimension = encoder.embedDimension
  }

  /// Computes the classes' features.
  package func text(_ vectors: TowerPrompts) throws -> UnitRows {
    if let words { return words }
    let features = try vectors.context.withUnsafeBufferPointer {
      try textPass.forward(context: $0, layers: vectors.text)
    }
    let rows = UnitRows(features, width: embedDimension)
    if form.contextLength == 0 { words = rows }
    return rows
  }

  /// Computes the images' features before any normalization.
  package func images(_ images: PromptedImages, _ vectors: TowerPrompts) throws -> FloatBuffer {
    switch images {
    case .features(let features): return features
    case .embedded(let rows):
      guard let imagePass else {
        throw CLIPError.badImagePrompts(reason: "there are none, expected features of images instead of patches")
      }
      return try imagePass.forward(rows, prompts: vectors.image)
    }
  }

  /// Computes the gradient of the parameters of the last forward passes.
  ///
  /// - Parameters:
  ///   - text: ∂L/∂ of the classes' features before their normalization.
  ///   - images: the same of the images' features.
  ///   - parameters: the parameters of the forward passes.
  /// - Returns: ∂L/∂parameters.
  /// - Throws: `TensorError` when oneDNN fails.
  package func backward(text: FloatBuffer, images: FloatBuffer, at parameters: PromptParameters) throws
    -> PromptParameters
  {
    var gradient = TowerPrompts()
    if form.contextLength > 0 {
      let found = try withExtendedLifetime(text) { try textPass.gradients(text.pointer) }
      gradient.context = found.context.floats
      gradient.text = found.layers.mapValues(\.floats)
    }
    if let imagePass { gradient.image = try imagePass.backward(images) }
    return form.backward(gradient, at: parameters)
  }
}
