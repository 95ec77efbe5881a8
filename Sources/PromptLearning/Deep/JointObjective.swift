import Foundation
import PromptLensTensors

/// The objective of a method, over the features of a batch's images and of all classes: a loss of logits and, by method,
/// terms that hold the features near those of frozen CLIP.
package struct JointObjective: Sendable {
  /// The loss of logits.
  package var loss: any Loss = CrossEntropy()
  /// TCP's and KgCoOp's term: `weight · (1 − mean t̂ · t₀)`; nil for none.
  package var anchor: Anchor?
  /// PromptSRC's terms; nil for none.
  package var regulation: Regulation?

  /// Classes' features of hand-written prompts, and the weight of the mean cosine to them.
  package struct Anchor: Sendable {
    /// t₀, `[classes, embedDimension]`, rows of length one.
    package let text: UnitRows
    /// The weight.
    package let weight: Double

    /// Creates the term, by default with TCP's weight.
    package init(text: UnitRows, weight: Double = 8) {
      self.text = text
      self.weight = weight
    }
  }

  /// PromptSRC's three terms: `25 · mean |t̂ − t₀| + 10 · mean |v̂ − v₀| + mean p₀ (log p₀ − log p)`, where the means are over
  /// all entries and p₀ are the predictions of v₀ and t₀.
  ///
  /// Source: Khattak et al., "Self-regulating Prompts: Foundational Model Adaptation without Forgetting" (2023), and the
  /// official code, which divides the divergence by the number of logits.
  package struct Regulation: Sendable {
    /// t₀, `[classes, embedDimension]`, rows of length one: means of raw features of several templates.
    package let text: UnitRows
    /// The weight of the text features' term.
    package var textWeight = 25.0
    /// The weight of the image features' term.
    package var imageWeight = Self.standardImageWeight
    /// The weight of the predictions' term.
    package var logitWeight = Self.standardLogitWeight

    /// The paper's weight of the image features' term.
    package static let standardImageWeight = 10.0
    /// The paper's weight of the predictions' term.
    package static let standardLogitWeight = 1.0

    /// Creates the terms with the paper's weights.
    package init(text: UnitRows) { self.text = text }
  }

  /// The value of an objective and its gradients.
  package struct Value {
    /// The value.
    package var value: Double
    /// `[images, classes]`.
    package let logits: [Float]
    /// ∂L/∂t̂, `[classes, embedDimension]`.
    package let text: FloatBuffer
    /// ∂L/∂v̂, `[images, embedDimension]`.
    package let images: FloatBuffer
  }

  /// Creates the objective of cross-entropy alone.
  package init() {}

  /// Evaluates the objective.
  ///
  /// - Parameters:
  ///   - text: t̂ of all classes.
  ///   - images: v̂ of the batch.
  ///   - teacher: v₀ of the batch, plain CLIP's features; used by ``regulation`` only.
  ///   - labels: the class of each image.
  ///   - scale: the factor of cosines.
  /// - Returns: the value and its gradients.
  /// - Throws: `TensorError` when there are no images or oneDNN fails.
  package func evaluate(
    text: UnitRows, images: UnitRows, teacher: UnitRows?, labels: [Int], scale: Float
  ) throws -> Value {
    let head = try CosineHead(images: images, scale: scale)
    var found = try slopes(head, text: text, teacher: teacher, labels: labels, total: labels.count)
    let textGradient = try head.backward(found.slopes, classCount: text.count)
    if let anchor {
      let share = anchor.weight / Double(text.count)
      found.value += anchor.weight
      for index in 0..<textGradient.count {
        found.value -= share * Double(anchor.text.rows.pointer[index]) * Double(text.rows.pointer[index])
        textGradient.pointer[index] -= Float(share) * anchor.text.rows.pointer[index]
      }
    }
    if let regulation, teacher != nil {
      found.value += distance(
        text, regulation.text, share: regulation.textWeight / Double(textGradient.count), to: textGradient)
    }
    let imageGradient = try imageGradient(
      found.slopes, text: text, images: images, teacher: teacher, total: labels.count, scale: scale, to: &found.value)
    return Value(value: found.value, logits: found.logits, text: textGradient, images: imageGradient)
  }

  /// Computes the gradient of the features of some images of a batch, as ``evaluate(text:images:teacher:labels:scale:)`` does.
  ///
  /// - Parameters:
  ///   - images: v̂ of these images.
  ///   - text: t̂ of all classes.
  ///   - teacher: v₀ of these images; used by ``regulation`` only.
  ///   - labels: the class of each of them.
  ///   - total: the number of images of the batch.
  ///   - scale: the factor of cosines.
  /// - Returns: ∂L/∂v̂, `[images, embedDimension]`.
  /// - Throws: `TensorError` when there are no images or oneDNN fails.
  package func gradient(
    ofImages images: UnitRows, text: UnitRows, teacher: UnitRows?, labels: [Int], total: Int, scale: Float
  ) throws -> FloatBuffer {
    var found = try slopes(
      CosineHead(images: images, scale: scale), text: text, teacher: teacher, labels: labels, total: total)
    return try imageGradient(
      found.slopes, text: text, images: images, teacher: teacher, total: total, scale: scale, to: &found.value)
  }

  /// The terms of logits, with their gradient.
  private struct Slopes {
    var value: Double
    let logits: [Float]
    /// ∂L/∂logits, `[images, classes]`.
    var slopes: [Float]
  }

  /// Evaluates the terms of logits, the loss and the divergence of predictions.
  private func slopes(
    _ head: CosineHead, text: UnitRows, teacher: UnitRows?, labels: [Int], total: Int
  ) throws -> Slopes {
    let logits = try head.forward(text)
    let found = loss.evaluate(logits: logits, classCount: text.count, labels: labels, weights: [], total: total)
    var result = Slopes(value: found.mean, logits: logits, slopes: found.gradient)
    if let regulation, let teacher {
      let frozen = try CosineHead(images: teacher, scale: head.scale).forward(regulation.text)
      result.value += divergence(
        of: logits, from: frozen, classCount: text.count, share: regulation.logitWeight / Double(total * text.count),
        to: &result.slopes)
    }
    return result
  }

  /// Returns ∂L/∂v̂, and adds the value of the terms of image features.
  private func imageGradient(
    _ slopes: [Float], text: UnitRows, images: UnitRows, teacher: UnitRows?, total: Int, scale: Float,
    to value: inout Double
  ) throws -> FloatBuffer {
    let gradient = try Self.imageGradient(slopes, text: text, count: images.count, scale: scale)
    if let regulation, let teacher {
      value += distance(
        images, teacher, share: regulation.imageWeight / Double(total * images.width), to: gradient)
    }
    return gradient
  }

  /// Returns ∂L/∂v̂ of logits `s v̂ t̂ᵀ`.
  private static func imageGradient(
    _ slopes: [Float], text: UnitRows, count: Int, scale: Float
  ) throws -> FloatBuffer {
    let layer = try LinearLayer(
      weight: Tensor(text.rows, shape: [text.count, text.width], name: "text features"), name: "text features")
    let result = FloatBuffer(uninitialized: count * text.width)
    let scaled = slopes.map { scale * $0 }
    try layer.backward(scaled, rows: count, to: result.pointer)
    return result
  }

  /// Adds the gradient of the divergence of predictions, a mean over all logits, and returns its value.
  private func divergence(
    of logits: [Float], from frozen: [Float], classCount: Int, share: Double, to gradient: inout [Float]
  ) -> Double {
    var value = 0.0
    for start in stride(from: 0, to: logits.count, by: classCount) {
      let target = Softmax.logProbabilities(frozen[start..<start + classCount])
      let found = Softmax.logProbabilities(logits[start..<start + classCount])
      for index in 0..<classCount {
        value += share * exp(target[index]) * (target[index] - found[index])
        gradient[start + index] += Float(share * (exp(found[index]) - exp(target[index])))
      }
    }
    return value
  }

  /// Adds the gradient of the mean absolute difference of rows, and returns its value.
  private func distance(_ rows: UnitRows, _ frozen: UnitRows, share: Double, to gradient: FloatBuffer) -> Double {
    var value = 0.0
    for index in 0..<gradient.count {
      let difference = rows.rows.pointer[index] - frozen.rows.pointer[index]
      value += share * Double(abs(difference))
      gradient.pointer[index] += Float(share) * (difference > 0 ? 1 : difference < 0 ? -1 : 0)
    }
    return value
  }
}
