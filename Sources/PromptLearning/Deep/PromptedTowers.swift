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
  private let textWork: TextWork
  private let embedDimension: Int

  /// The source of the classes' features.
  private enum TextWork {
    /// Prompts with learned vectors, computed in each step.
    case pass(PromptPass)
    /// Features of prompts of words only, which don't change.
    case words(UnitRows)
  }

  /// Prepares passes. The image tower's weights are in memory once for both directions; those of a text tower without learned
  /// vectors are released.
  ///
  /// - Parameters:
  ///   - form: the form of the prompts.
  ///   - clip: the model.
  ///   - prompts: the prompt of each class, as `PromptForm.elements` gives them.
  ///   - tapeLimit: the bytes that the text tower's tapes may take; nil for no limit. Results don't depend on it.
  /// - Throws: `CLIPError` when a prompt or the form doesn't fit the towers.
  package init(
    _ form: any PromptForm, clip: CLIPModel, prompts: [[PromptElement]], tapeLimit: Int? = nil
  ) throws {
    self.form = form
    embedDimension = clip.configuration.embedDimension
    textWork = try Self.textWork(form, clip: clip, prompts: prompts, tapeLimit: tapeLimit)
    if form.contextLength == 0 { clip.releaseTextEncoder() }
    guard form.imageTokens > 0 else {
      imagePass = nil
      return
    }
    clip.releaseImageEncoder()
    imagePass = try ImagePromptPass(encoder: clip.imageEncoderOfPasses(), promptCount: form.imageTokens)
  }

  private static func textWork(
    _ form: any PromptForm, clip: CLIPModel, prompts: [[PromptElement]], tapeLimit: Int?
  ) throws -> TextWork {
    let isFixed = form.contextLength == 0
    let encoder = try clip.textEncoder()
    let pass = try PromptPass(
      encoder: encoder, tree: encoder.tree(prompts), tapeLimit: isFixed ? 0 : tapeLimit,
      replacedFrom: form.firstReplaced)
    return isFixed ? .words(UnitRows(try pass.forward(), width: encoder.embedDimension)) : .pass(pass)
  }

  /// Computes the classes' features.
  package func text(_ vectors: TowerPrompts) throws -> UnitRows {
    switch textWork {
    case .words(let rows): return rows
    case .pass(let pass):
      let features = try vectors.context.withUnsafeBufferPointer {
        try pass.forward(context: $0, layers: vectors.text)
      }
      return UnitRows(features, width: embedDimension)
    }
  }

  /// Computes the images' features before any normalization.
  package func images(_ images: PromptedImages, _ vectors: TowerPrompts) throws -> FloatBuffer {
    switch images {
    case .features(let features): return features
    case .embedded(let rows): return try promptedPass().forward(rows, prompts: vectors.image)
    }
  }

  /// Computes the images' features before any normalization, and the gradients of the image tower's prompts.
  ///
  /// - Parameters:
  ///   - images: the images.
  ///   - vectors: the prompts.
  ///   - slopes: returns ∂L/∂features of some images; see `ImagePromptPass`. It isn't called for images without patches.
  /// - Returns: the features, `[count, embedDimension]`, and the gradient of each block's prompts.
  /// - Throws: `TensorError` when oneDNN fails, and the errors of `slopes`.
  func imageGradients(
    _ images: PromptedImages, _ vectors: TowerPrompts,
    slopes: @escaping @Sendable (Range<Int>, FloatBuffer) throws -> FloatBuffer
  ) throws -> (features: FloatBuffer, prompts: [Int: [Float]]) {
    switch images {
    case .features(let features): return (features, [:])
    case .embedded(let rows): return try promptedPass().gradients(rows, prompts: vectors.image, slopes: slopes)
    }
  }

  private func promptedPass() throws -> ImagePromptPass {
    guard let imagePass else {
      throw CLIPError.badImagePrompts(reason: "there are none, expected features of images instead of patches")
    }
    return imagePass
  }

  /// Computes the gradient of the parameters of the last forward pass of the text tower.
  ///
  /// - Parameters:
  ///   - text: ∂L/∂ of the classes' features before their normalization.
  ///   - images: ∂L/∂ of the image tower's prompts.
  ///   - parameters: the parameters of the forward pass.
  /// - Returns: ∂L/∂parameters.
  /// - Throws: `TensorError` when oneDNN fails.
  func gradient(
    text: FloatBuffer, images: [Int: [Float]], at parameters: PromptParameters
  ) throws -> PromptParameters {
    var gradient = TowerPrompts()
    gradient.image = images
    if case .pass(let pass) = textWork {
      let found = try withExtendedLifetime(text) { try pass.gradients(text.pointer) }
      gradient.context = found.context.floats
      gradient.text = found.layers.mapValues(\.floats)
    }
    return form.backward(gradient, at: parameters)
  }
}
