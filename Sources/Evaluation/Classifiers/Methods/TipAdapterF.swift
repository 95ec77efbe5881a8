import Foundation
import PromptLensPromptLearning
import PromptLensTensors

/// Tip-Adapter-F: Tip-Adapter with learned keys, and with α and β chosen on validation images afterward.
///
/// AdamW with ε = 1e-4, 20 epochs (EuroSAT 100) with batches of 256, and a cosine from 0.001 to 0 over the steps. Keys begin
/// as the means of a task's views; where there are some, each epoch learns from the next one of each image. The reference
/// keeps the best epoch on the test images; here the last one is kept, so that test images don't influence it. Source:
/// Zhang et al. (2022), section 3.2 and the authors' `main.py`.
package struct TipAdapterF: ClassifierMethod {
  /// The name, `tip-adapter-f`.
  package let name = "tip-adapter-f"
  /// The number of epochs.
  package let epochs: Int
  /// The initial learning rate.
  package let learningRate: Double
  /// The search for α and β, with whose first values keys are learned.
  package let search: TipAdapterSearch
  private let batchSize = 256

  /// Creates the method with the reference's settings.
  ///
  /// - Parameters:
  ///   - epochs: the number of epochs.
  ///   - learningRate: the initial learning rate.
  ///   - search: the search for α and β.
  package init(epochs: Int = 20, learningRate: Double = 0.001, search: TipAdapterSearch = TipAdapterSearch()) {
    self.epochs = epochs
    self.learningRate = learningRate
    self.search = search
  }

  /// Learns the keys; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let views = try
      (task.views.map { views in try (0..<views.views).map { try views.view($0) } } ?? [task.train.view()])
      .map { try Matrix($0.unitRows()) }
    let count = task.train.count
    let text = try Matrix(CosineClassifier(weights: task.requiredText(name)).weights)
    let loss = KeyLoss(
      labels: task.train.labels, text: text, scale: task.scale, alpha: search.alpha, beta: search.beta)
    let keys = try Matrix(task.train.view().unitRows())
    var adam = Adam(epsilon: 1e-4, weightDecay: 0.01, isDecoupled: true)
    let steps = (count + batchSize - 1) / batchSize
    for epoch in 1...max(epochs, 1) {
      var numbers = RandomStream.learning(.order, seed: task.seed, epoch: epoch)
      let order = numbers.permutation(of: count)
      let unit = views[(epoch - 1) % views.count]
      for step in 0..<steps {
        let rows = Array(order[step * batchSize..<min((step + 1) * batchSize, count)])
        let done = Double((epoch - 1) * steps + step) / Double(epochs * steps)
        let found = try loss.evaluate(
          keys: keys, images: unit.selecting(rows), labels: rows.map { task.train.labels[$0] })
        guard found.loss.isFinite else {
          throw EvaluationError.notFitted(method: name, reason: "the loss isn't a number")
        }
        adam.step(
          keys.buffer.elements, gradient: found.gradient.buffer.floats, rate: learningRate / 2 * (1 + cos(.pi * done)))
      }
    }
    let cache = try TipAdapterClassifier(
      keys: keys.tensor("keys"), labels: task.train.labels, text: text.tensor(), scale: task.scale,
      alpha: search.alpha, beta: search.beta)
    return try TipAdapter.chosen(cache, by: search, on: task.validation)
  }

  /// The cross-entropy of a batch as a function of the keys.
  ///
  /// With `a = f̂ · key` and `e = exp(−β (1 − a))`, `∂L/∂a_i = α β e_i · ∂L/∂z_{class of i}`, and `∂L/∂key = (∂L/∂a)ᵀ
  /// f̂`.
  package struct KeyLoss {
    let labels: [Int]
    let text: Matrix
    let scale: Float
    let alpha: Double
    let beta: Double

    package init(labels: [Int], text: Matrix, scale: Float, alpha: Double, beta: Double) {
      self.labels = labels
      self.text = text
      self.scale = scale
      self.alpha = alpha
      self.beta = beta
    }

    /// Returns the loss of a batch and its gradient.
    package func evaluate(
      keys: Matrix, images: Matrix, labels batch: [Int]
    ) throws -> (loss: Double, gradient: Matrix) {
      let logits = try images.timesTransposed(text)
      let cache = try images.timesTransposed(keys)
      let classCount = text.rows
      for row in 0..<images.rows {
        var cached = [Double](repeating: 0, count: classCount)
        let affinity = cache.buffer.pointer + row * labels.count
        for (key, label) in labels.enumerated() {
          let value = exp(-beta * (1 - Double(affinity[key])))
          affinity[key] = Float(value)
          cached[label] += value
        }
        let target = logits.buffer.pointer + row * classCount
        for classIndex in 0..<classCount {
          target[classIndex] = Float(Double(scale * target[classIndex]) + alpha * cached[classIndex])
        }
      }
      let value = CrossEntropy().evaluate(
        logits: logits.buffer.floats, classCount: classCount, labels: batch, weights: [])
      for row in 0..<images.rows {
        let affinity = cache.buffer.pointer + row * labels.count
        for (key, label) in labels.enumerated() {
          affinity[key] *= Float(alpha * beta) * value.gradient[row * classCount + label]
        }
      }
      return (value.mean, try cache.transposed().times(images))
    }
  }
}
