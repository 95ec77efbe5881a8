import PromptLensCLIP
import PromptLensTensors

/// A batch of images, which all prompts share.
struct TrainingBatch {
  let images: UnitRows
  let labels: [Int]
  let weights: [Float]
  let classCount: Int
  let head: CosineHead
}

/// The batch of one step, and the passes over the prompts.
package final class TrainingStep {
  private let batch: TrainingBatch
  private let pass: any ContextPass
  /// The context matrix, `[contextRows, width]`, and after it the method's other parameters.
  package private(set) var context: [Float]
  private var computed: (text: UnitRows, logits: [Float])?
  /// The features of the prompts, if the pass has just computed them for this context.
  private var known: UnitRows?

  /// The images' features, unit rows.
  package var images: UnitRows { batch.images }
  /// The images' labels.
  package var labels: [Int] { batch.labels }
  /// The weight of each image; empty for 1 each.
  package var weights: [Float] { batch.weights }
  /// The number of classes.
  package var classCount: Int { batch.classCount }
  /// The loss of logits.
  package internal(set) var loss: any Loss

  /// Gives up the context and what was computed of it, so that it can be updated in place.
  func release() {
    context = []
    computed = nil
    known = nil
  }

  /// Creates a step from a batch and the prompts.
  ///
  /// - Parameters:
  ///   - images: the images' features.
  ///   - labels: their labels.
  ///   - weights: the weight of each image; empty for 1 each.
  ///   - loss: the loss of logits.
  ///   - classCount: the number of classes, a prompt of `pass` each.
  ///   - scale: the factor of cosines.
  ///   - pass: the prompts.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Throws: `TensorError` when there aren't any images.
  package convenience init(
    images: UnitRows, labels: [Int], weights: [Float] = [], loss: any Loss, classCount: Int, scale: Float,
    pass: any ContextPass,
    context: [Float]
  ) throws {
    let batch = TrainingBatch(
      images: images, labels: labels, weights: weights, classCount: classCount,
      head: try CosineHead(images: images, scale: scale))
    self.init(batch, loss: loss, pass: pass, context: context)
  }

  /// Creates a step.
  ///
  /// - Parameters:
  ///   - batch: the images.
  ///   - loss: the loss of logits.
  ///   - pass: the prompts.
  ///   - context: the context, and after it the method's other parameters.
  ///   - text: the features of the prompts, if `pass` has just computed them for this context; nil to compute them.
  init(_ batch: TrainingBatch, loss: any Loss, pass: any ContextPass, context: [Float], text: UnitRows? = nil) {
    known = text
    self.batch = batch
    self.loss = loss
    self.pass = pass
    self.context = context
  }

  /// Returns the step of a single image of the batch, with another context.
  func single(_ index: Int, context: [Float]) throws -> TrainingStep {
    let row = FloatBuffer(uninitialized: images.width)
    _ = row.elements.initialize(fromContentsOf: image(index))
    return try TrainingStep(
      images: UnitRows(row, width: images.width), labels: [labels[index]],
      weights: weights.isEmpty ? [] : [weights[index]], loss: loss, classCount: classCount, scale: batch.head.scale,
      pass: pass,
      context: context)
  }

  /// Returns the unit feature of one of the images.
  func image(_ index: Int) -> [Float] {
    withExtendedLifetime(images.rows) { buffer in
      Array(UnsafeBufferPointer(start: buffer.pointer + index * images.width, count: images.width))
    }
  }

  /// Returns the features of the prompts with the current context, as unit rows.
  package func text() throws -> UnitRows { try forward().text }

  /// Returns the text features and their logits, computed once.
  private func forward() throws -> (text: UnitRows, logits: [Float]) {
    if let computed { return computed }
    let text: UnitRows
    if let known {
      text = known
    } else {
      let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
      text = UnitRows(features, width: images.width)
    }
    let result = (text, try batch.head.forward(text))
    computed = result
    return result
  }

  /// Computes the logits of the batch by some text features, `[batch, classes]`.
  package func logits(_ text: UnitRows) throws -> [Float] {
    if let computed, computed.text.rows === text.rows { return computed.logits }
    return try batch.head.forward(text)
  }

  /// Computes each image's value of a loss.
  func rows(_ loss: any Loss) throws -> [Double] {
    loss.evaluate(logits: try forward().logits, classCount: classCount, labels: labels, weights: []).rows
  }

  /// Computes ∂L/∂t̂ from ∂L/∂logits.
  package func textGradient(_ logitGradient: [Float]) throws -> FloatBuffer {
    try batch.head.backward(logitGradient, classCount: classCount)
  }

  /// Computes ∂L/∂context from ∂L/∂t̂, for the text of the last forward pass, any number of times.
  package func contextGradient(_ unitGradient: FloatBuffer, of text: UnitRows) throws -> [Float] {
    let gradient = text.backward(unitGradient)
    let result = try pass.backward(gradient.pointer)
    return withExtendedLifetime(gradient) { result.floats }
  }

  /// Counts the correctly classified rows; of equal logits the first counts as the largest.
  package func correct(_ logits: [Float]) -> Int { CosineHead.correct(logits, labels: labels) }
}
