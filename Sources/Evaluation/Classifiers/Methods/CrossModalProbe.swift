import Foundation
import PromptLensPromptLearning
import PromptLensTensors

/// The cross-modal linear probe: the classes' text features are training samples like the images', and initialize the
/// probe. `z = s W x̂`, without an offset.
///
/// AdamW, half of each batch images and half texts, 12,800 steps, a rate that rises for 50 steps and then follows a
/// cosine. Rate, weight decay, batch size and step are the best on validation images, evaluated every 100 steps:
/// {1e-3, 1e-4} × {0, 0.01, 1e-4} × {8, 32}, the first of equal ones; without such images 1e-3, 0.01, 8 and the last.
/// Source: Lin et al., "Multimodality Helps Unimodality: Cross-Modal Few-Shot Learning with Multimodal Models" (2023),
/// equation 3 and the authors' `engine/optimizer/default.py`.
package struct CrossModalProbe: ClassifierMethod {
  /// The name, `cross-modal`.
  package let name = "cross-modal"
  /// The number of steps of each fit.
  package let steps: Int
  private let warmup = 50
  private let interval = 100

  private struct Settings {
    let rate: Double
    let weightDecay: Double
    let batchSize: Int
  }

  /// Creates the method with the authors' settings.
  ///
  /// - Parameter steps: the number of steps of each fit.
  package init(steps: Int = 12_800) { self.steps = steps }

  /// Fits the probe; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let text = try Matrix(CosineClassifier(weights: task.requiredText(name)).weights)
    let images = try Matrix(task.train.view().unitRows())
    let grid: [Settings] =
      task.validation == nil
      ? [Settings(rate: 1e-3, weightDecay: 0.01, batchSize: 8)]
      : [1e-3, 1e-4].flatMap { rate in
        [0, 0.01, 1e-4].flatMap { decay in
          [8, 32].map { Settings(rate: rate, weightDecay: decay, batchSize: $0) }
        }
      }
    let fits = try Parallel.map(grid.count) { try train(task, images, text, grid[$0]) }
    guard let best = fits.indices.max(by: { (fits[$0].correct, $1) < (fits[$1].correct, $0) }) else {
      throw EvaluationError.notFitted(method: name, reason: "there are no settings")
    }
    let classifier = try LinearClassifier(
      weights: fits[best].weights.tensor("weights"), scale: task.scale, normalizes: true)
    return FittedClassifier(
      classifier,
      [
        ("learning_rate", grid[best].rate), ("weight_decay", grid[best].weightDecay),
        ("batch_size", Double(grid[best].batchSize)), ("steps", Double(fits[best].step)),
      ], selectedOn: task.validation?.count ?? 0)
  }

  /// Trains once, and returns the best weights on validation images, or the last ones.
  private func train(
    _ task: FewShotTask, _ images: Matrix, _ text: Matrix, _ settings: Settings
  ) throws -> (weights: Matrix, correct: Int, step: Int) {
    let weights = Matrix(text.floats, rows: text.rows, columns: text.columns)
    var adam = Adam(weightDecay: settings.weightDecay, isDecoupled: true)
    var kept = (weights: weights, correct: -1, step: steps)
    let half = settings.batchSize / 2
    var imageRows = Rows(count: images.rows, batchSize: half, seed: task.seed)
    var textRows = Rows(count: text.rows, batchSize: half, seed: ~task.seed)
    for step in 0..<max(steps, 1) {
      let (chosen, words) = (imageRows.next(), textRows.next())
      let batch = Matrix(
        images.selecting(chosen).floats + text.selecting(words).floats, rows: chosen.count + words.count,
        columns: text.columns)
      let found = try Self.evaluate(
        weights, samples: batch, labels: chosen.map { task.train.labels[$0] } + words, scale: task.scale)
      guard found.loss.isFinite else {
        throw EvaluationError.notFitted(method: name, reason: "the loss isn't a number")
      }
      adam.step(weights.buffer.elements, gradient: found.gradient.floats, rate: rate(ofStep: step, settings.rate))
      guard let validation = task.validation, step % interval == 0 else { continue }
      let copy = Matrix(weights.floats, rows: text.rows, columns: text.columns)
      let correct = try LinearClassifier(weights: copy.tensor(), scale: task.scale, normalizes: true)
        .correct(validation)
      if correct > kept.correct { kept = (copy, correct, step + 1) }
    }
    return kept
  }

  /// Returns the rate of a step, from 0.
  private func rate(ofStep step: Int, _ peak: Double) -> Double {
    guard step >= warmup else { return step == 0 ? 1e-5 : peak * Double(step) / Double(warmup) }
    return peak / 2 * (1 + cos(.pi * Double(step - warmup) / Double(max(steps, 1))))
  }

  /// Returns the cross-entropy of samples, images or texts, and `∂L/∂W = s Gᵀ X̂`.
  package static func evaluate(
    _ weights: Matrix, samples: Matrix, labels: [Int], scale: Float
  ) throws -> (loss: Double, gradient: Matrix) {
    let logits = try samples.timesTransposed(weights).floats.map { scale * $0 }
    let value = CrossEntropy().evaluate(logits: logits, classCount: weights.rows, labels: labels, weights: [])
    let slopes = Matrix(value.gradient.map { scale * $0 }, rows: samples.rows, columns: weights.rows)
    return (value.mean, try slopes.transposed().times(samples))
  }

  /// Batches of rows in random order, repeated without end; incomplete batches are dropped.
  private struct Rows {
    private let sampler: BatchSampler
    private var epoch = 0
    private var left: ArraySlice<[Int]> = []

    init(count: Int, batchSize: Int, seed: Int) {
      sampler = BatchSampler(count: count, batchSize: batchSize, seed: seed)
    }

    mutating func next() -> [Int] {
      if left.isEmpty {
        epoch += 1
        left = sampler.batches(ofEpoch: epoch)[...]
      }
      return left.popFirst() ?? []
    }
  }
}
