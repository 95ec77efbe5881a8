import Foundation
import PromptLensPrompts
import PromptLensTensors

/// A learner of prompts in one tower or both, step by step.
package struct JointLearner {
  /// The towers with their prompts.
  package let towers: PromptedTowers
  /// The objective to minimize.
  package let objective: JointObjective
  /// The factor of cosines.
  package let scale: Float
  /// The parameters after the last step.
  package private(set) var parameters: PromptParameters
  private var optimizer: ParameterOptimizer

  /// The optimizer's state.
  package var optimizerState: ParameterOptimizer.State { optimizer.state }

  /// The images of a step.
  package struct Batch {
    /// The images.
    package let images: PromptedImages
    /// Plain CLIP's features of them, which ``JointObjective/regulation`` compares with; nil otherwise.
    package let teacher: UnitRows?
    /// Their classes.
    package let labels: [Int]

    /// Creates a batch.
    package init(images: PromptedImages, teacher: UnitRows? = nil, labels: [Int]) {
      self.images = images
      self.teacher = teacher
      self.labels = labels
    }
  }

  /// The result of one step.
  package struct StepResult {
    /// The objective before the step.
    package let loss: Double
    /// The number of correctly classified images before the step.
    package let correct: Int
    /// ∂L/∂parameters.
    package let gradient: PromptParameters
  }

  /// Creates a learner before its first step.
  package init(
    towers: PromptedTowers, objective: JointObjective, scale: Float, parameters: PromptParameters,
    optimizer: ParameterOptimizer.Kind
  ) {
    self.init(
      towers: towers, objective: objective, scale: scale, parameters: parameters,
      optimizer: ParameterOptimizer(optimizer, of: parameters))
  }

  /// Creates a learner in the state of an optimizer.
  package init(
    towers: PromptedTowers, objective: JointObjective, scale: Float, parameters: PromptParameters,
    optimizer: ParameterOptimizer
  ) {
    self.towers = towers
    self.objective = objective
    self.scale = scale
    self.parameters = parameters
    self.optimizer = optimizer
  }

  /// Computes the objective of a batch and its gradient.
  ///
  /// - Throws: the towers' errors.
  package func gradient(_ batch: Batch) throws -> StepResult {
    let vectors = towers.form.vectors(parameters)
    let text = try towers.text(vectors)
    let (objective, scale, labels, teacher) = (objective, scale, batch.labels, batch.teacher)
    let images = try towers.imageGradients(batch.images, vectors) { range, features in
      let rows = UnitRows(features, width: text.width)
      return rows.backward(
        try objective.gradient(
          ofImages: rows, text: text, teacher: teacher?.part(range), labels: Array(labels[range]), total: labels.count,
          scale: scale))
    }
    let found = try objective.evaluate(
      text: text, images: UnitRows(images.features, width: text.width), teacher: teacher, labels: labels, scale: scale)
    let gradient = try towers.gradient(text: text.backward(found.text), images: images.prompts, at: parameters)
    return StepResult(
      loss: found.value, correct: CosineHead.correct(found.logits, labels: batch.labels), gradient: gradient)
  }

  /// Runs a step.
  ///
  /// - Parameters:
  ///   - batch: the images.
  ///   - rate: the learning rate.
  /// - Returns: the objective and the gradient before the step.
  /// - Throws: the towers' errors.
  package mutating func step(_ batch: Batch, rate: Double) throws -> StepResult {
    let result = try gradient(batch)
    optimizer.step(&parameters, gradient: result.gradient, rate: rate)
    return result
  }
}

/// PromptSRC's average of the parameters at the ends of epochs: weights `wₑ ∝ exp(−(e − μ)² / 2σ²)`, whose sum is one.
package struct GaussianAverage: Sendable, Equatable {
  /// The weights of the epochs.
  package let weights: [Double]

  /// Creates the weights of epochs 1 to `epochs`.
  package init(mean: Double, deviation: Double, epochs: Int) {
    let raw = (1...max(epochs, 1)).map { exp(-pow((Double($0) - mean) / deviation, 2) / 2) }
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
  }

  /// Returns the average of parameters at the end of each epoch.
  package func average(_ epochs: [PromptParameters]) -> PromptParameters {
    var result = PromptParameters(shapes: epochs.first?.shapes ?? [:])
    for (parameters, weight) in zip(epochs, weights) { result.add(parameters, times: Float(weight)) }
    return result
  }
}
