import CLIP
import Tensors

/// One step's batch and the passes that a method makes of it.
public struct TrainingStep {
  /// The images' features, unit rows.
  public let images: UnitRows
  /// The images' labels.
  public let labels: [Int]
  /// What each image counts; empty for 1 each.
  public let weights: [Float]
  /// The loss of logits.
  public let loss: any Loss
  /// The number of classes.
  public let ways: Int
  private let head: CosineHead
  private let pass: PromptPass
  /// The context matrix, `[contextRows, width]`.
  public let context: [Float]

  /// A batch and the prompts that it is compared with.
  ///
  /// - Parameters:
  ///   - images: the images' features.
  ///   - labels: their labels.
  ///   - weights: what each image counts; empty for 1 each.
  ///   - loss: the loss of logits.
  ///   - ways: the number of classes, a prompt of `pass` each.
  ///   - scale: what cosines are multiplied by.
  ///   - pass: the prompts.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Throws: `TensorError` when there are no images.
  public init(
    images: UnitRows, labels: [Int], weights: [Float] = [], loss: any Loss, ways: Int, scale: Float, pass: PromptPass,
    context: [Float]
  ) throws {
    self.images = images
    self.labels = labels
    self.weights = weights
    self.loss = loss
    self.ways = ways
    self.pass = pass
    self.context = context
    head = try CosineHead(images: images, scale: scale)
  }

  /// The features of the prompts with the context as it is, as unit rows.
  public func text() throws -> UnitRows {
    let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
    return UnitRows(features, width: images.width)
  }

  /// The logits of the batch, `[batch, ways]`.
  public func logits(_ text: UnitRows) throws -> [Float] { try head.forward(text) }

  /// ∂L/∂t̂ of ∂L/∂logits.
  public func textGradient(_ logitGradient: [Float]) throws -> FloatBuffer {
    try head.backward(logitGradient, ways: ways)
  }

  /// ∂L/∂context of ∂L/∂t̂, for the text of the last forward pass. It may be asked for several gradients.
  public func contextGradient(_ unitGradient: FloatBuffer, of text: UnitRows) throws -> [Float] {
    let gradient = text.backward(unitGradient)
    let result = try pass.backward(gradient.pointer)
    return withExtendedLifetime(gradient) { result.floats }
  }

  /// How many rows have their largest logit at their label; of equal ones the first counts.
  public func correct(_ logits: [Float]) -> Int {
    labels.enumerated().count { row, label in
      let scores = logits[row * ways..<(row + 1) * ways]
      return scores.firstIndex(of: scores.max() ?? 0) == row * ways + label
    }
  }
}
