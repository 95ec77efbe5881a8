import PromptLensCLIP
import PromptLensTensors

/// The text features of prompts around a context, and the gradient of a loss over images with respect to the context.
///
/// This is a training step without the optimizer, whose results golden files contain.
package struct PromptGradient {
  private let pass: PromptPass
  /// The unit text features, `[prompts, embedDimension]`.
  package let text: UnitRows

  /// Computes the text features.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the prompts, from the start token to the end token.
  ///   - context: the context's rows, `[rows, width]`.
  /// - Throws: `CLIPError` when a prompt doesn't fit the tower.
  package init(_ encoder: TextEncoder, prompts: [[PromptElement]], context: [Float]) throws {
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts))
    let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
    text = UnitRows(features, width: encoder.embedDimension)
    self.pass = pass
  }

  /// Returns the mean cross-entropy of images and its gradient with respect to the context.
  ///
  /// - Parameters:
  ///   - images: unit image features, `[images, embedDimension]`.
  ///   - labels: the class of each image, an index into the prompts.
  ///   - scale: the factor of cosines.
  /// - Returns: the loss, and a gradient of the context's shape.
  /// - Throws: `TensorError` when there aren't any images.
  package func gradient(
    images: UnitRows, labels: [Int], scale: Float
  ) throws -> (loss: Double, gradient: [Float]) {
    let head = try CosineHead(images: images, scale: scale)
    let loss = CrossEntropy().evaluate(
      logits: try head.forward(text), classCount: text.count, labels: labels, weights: [])
    let textGradient = text.backward(try head.backward(loss.gradient, classCount: text.count))
    let gradient = try withExtendedLifetime(textGradient) { try pass.backward(textGradient.pointer) }
    return (loss.mean, gradient.floats)
  }
}
