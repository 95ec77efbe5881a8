import PromptLensPromptLearning
import PromptLensTensors

/// TaskRes: each class's text feature plus a learned residual, `t'_k = t_k + α x_k` with x from zero, and
/// `z_k = s f̂ · t'_k / |t'_k|`.
///
/// Adam at 0.002 with weight decay 5e-4, batches of 256, a first epoch at 1e-5 and then a cosine; 100 epochs for up to
/// four shots, else 200. Source: Yu et al., "Task Residual for Tuning Vision-Language Models" (2023), equations 4 and
/// 5, and the authors' configurations. The text features are unscaled, since their lengths matter.
package struct TaskRes: ClassifierMethod {
  /// The name, `taskres`.
  package let name = "taskres"
  /// α.
  package let residualScale: Float
  /// The number of epochs; nil for 100 or 200 depending on the shots.
  package let epochs: Int?
  /// The learning rate after the first epoch.
  package let learningRate: Double
  private let batchSize = 256

  /// Creates the method with the paper's settings.
  ///
  /// - Parameters:
  ///   - residualScale: α; 0.5 for all of the paper's data sets but Flowers102, where it is 1.
  ///   - epochs: the number of epochs; nil for 100 or 200 depending on the shots.
  ///   - learningRate: the learning rate after the first epoch.
  package init(residualScale: Float = 0.5, epochs: Int? = nil, learningRate: Double = 0.002) {
    self.residualScale = residualScale
    self.epochs = epochs
    self.learningRate = learningRate
  }

  /// Learns the residuals; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let unit = try Matrix(task.train.view().unitRows())
    let text = try Matrix(task.requiredText(name))
    let loss = ResidualLoss(text: text, residualScale: residualScale, scale: task.scale)
    let residuals = Matrix(rows: text.rows, columns: text.columns)
    var adam = Adam(weightDecay: 5e-4)
    let epochs = max(epochs ?? (task.shots <= 4 ? 100 : 200), 1)
    let schedule = LearningRateSchedule(peak: learningRate, epochs: epochs)
    let sampler = BatchSampler(count: unit.rows, batchSize: batchSize, seed: task.seed)
    for epoch in 1...epochs {
      for rows in sampler.batches(ofEpoch: epoch) {
        let found = try loss.evaluate(
          residuals: residuals, images: unit.selecting(rows), labels: rows.map { task.train.labels[$0] })
        guard found.loss.isFinite else {
          throw EvaluationError.notFitted(method: name, reason: "the loss isn't a number")
        }
        adam.step(
          residuals.buffer.elements, gradient: found.gradient.buffer.floats, rate: schedule.rate(ofEpoch: epoch))
      }
    }
    return FittedClassifier(
      try LinearClassifier.cosine(text: loss.rows(residuals).tensor("weights"), scale: task.scale),
      [("alpha", Double(residualScale))])
  }

  /// The cross-entropy of a batch as a function of the residuals.
  ///
  /// With `û = t'/|t'|`, `∂L/∂û = s Gᵀ f̂` and `∂L/∂x = α (∂L/∂û − û (û · ∂L/∂û)) / |t'|`.
  package struct ResidualLoss {
    let text: Matrix
    let residualScale: Float
    let scale: Float

    package init(text: Matrix, residualScale: Float, scale: Float) {
      self.text = text
      self.residualScale = residualScale
      self.scale = scale
    }

    /// Returns the rows t'.
    package func rows(_ residuals: Matrix) -> Matrix {
      let sums = zip(text.floats, residuals.floats).map { $0 + residualScale * $1 }
      return Matrix(sums, rows: text.rows, columns: text.columns)
    }

    /// Returns the loss of a batch and its gradient.
    package func evaluate(
      residuals: Matrix, images: Matrix, labels: [Int]
    ) throws -> (loss: Double, gradient: Matrix) {
      let unit = UnitRows(rows(residuals).buffer, width: text.columns)
      let head = try CosineHead(images: UnitRows(images.buffer, width: images.columns), scale: scale)
      let value = CrossEntropy().evaluate(
        logits: try head.forward(unit), classCount: text.rows, labels: labels, weights: [])
      let gradient = unit.backward(try head.backward(value.gradient, classCount: text.rows))
      for index in 0..<gradient.count { gradient.pointer[index] *= residualScale }
      return (value.mean, Matrix(rows: text.rows, columns: text.columns, gradient))
    }
  }
}
