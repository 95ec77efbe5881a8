import Foundation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors

/// A trainer of prompts in one tower or both, epoch by epoch, with frozen CLIP.
///
/// Prompts of the image tower are learned from pixels, all others from features.
package final class JointTrainer {
  private let towers: PromptedTowers
  private let objective: JointObjective
  private let features: LabeledFeatures
  private let pixels: LabeledFeatures.Pixels?
  private let scale: Float
  private let optimizer: ParameterOptimizer.Kind
  private let averageWeights: [Double]
  private let earlyStopping: EarlyStopping?
  private let sampler: BatchSampler
  private let blank: PromptParameters
  /// The settings.
  package let settings: TrainingSettings
  /// The state after the last whole epoch, the parameters in the order of their names.
  package private(set) var state: TrainingState

  /// The number of steps in an epoch.
  package var stepsPerEpoch: Int { sampler.steps }
  /// Whether training is finished, after all epochs or after too many without improvement.
  package var isFinished: Bool { state.epoch >= settings.epochs || earlyStopping?.isOver(state) ?? false }

  /// Prepares training.
  ///
  /// - Parameters:
  ///   - towers: the towers with their prompts.
  ///   - objective: what is minimized.
  ///   - features: the images; with their pixels where the image tower has prompts.
  ///   - classCount: the number of classes.
  ///   - scale: the factor of cosines, `exp(logit_scale)`.
  ///   - optimizer: the kind of steps.
  ///   - average: the weights of epochs in the average that is kept; nil to keep the last.
  ///   - earlyStopping: the rule that keeps the best epoch on validation images, which measures parameters; nil for none.
  ///   - settings: the optimization, whose optimizer `optimizer` replaces.
  ///   - state: the state to begin with, or to resume from.
  /// - Throws: `TensorError` when the parts don't fit each other, ``LearningError/labelOutOfRange(label:classCount:)``.
  package init(
    towers: PromptedTowers, objective: JointObjective, features: LabeledFeatures, classCount: Int, scale: Float,
    optimizer: ParameterOptimizer.Kind, average: GaussianAverage? = nil,
    earlyStopping: EarlyStopping? = nil, settings: TrainingSettings, state: TrainingState
  ) throws {
    blank = PromptParameters(shapes: towers.form.shapes)
    for numbers in [state.parameters, state.velocity] where numbers.count != blank.count {
      throw TensorError.shapeMismatch(
        operation: "training", name: "prompts", expected: [blank.count], found: [numbers.count])
    }
    guard towers.imagePass == nil || features.pixels != nil else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "pixels of images", expected: [features.count, 3, -1, -1], found: [])
    }
    if let label = features.labels.first(where: { !(0..<classCount).contains($0) }) {
      throw LearningError.labelOutOfRange(label: label, classCount: classCount)
    }
    self.towers = towers
    self.objective = objective
    self.features = features
    pixels = towers.imagePass == nil ? nil : features.pixels
    self.scale = scale
    self.optimizer = optimizer
    averageWeights = average?.weights ?? []
    self.earlyStopping = earlyStopping
    self.settings = settings
    self.state = state
    sampler = BatchSampler(count: features.count, batchSize: settings.batchSize, seed: settings.seed)
  }

  /// Runs the steps of the next epoch, and then updates ``state``.
  ///
  /// - Parameter progress: called after each step with the loss.
  /// - Returns: the record of the epoch.
  /// - Throws: ``LearningError/diverged(epoch:step:learningRate:loss:norm:)``; ``state`` remains that of the last complete
  ///   epoch.
  package func trainEpoch(progress: (Double) -> Void = { _ in }) throws -> EpochRecord {
    let epoch = state.epoch + 1
    let rate = settings.schedule.rate(ofEpoch: epoch)
    let batches = sampler.batches(ofEpoch: epoch)
    let clock = ContinuousClock()
    let start = clock.now
    let parameters = blank.with(state.parameters)
    var learner = JointLearner(
      towers: towers, objective: objective, scale: scale, parameters: parameters,
      optimizer: ParameterOptimizer(
        optimizer, of: parameters, state: .init(velocity: state.velocity, square: state.square),
        steps: state.epoch * sampler.steps))
    let needsFeatures = pixels == nil || objective.regulation != nil
    let seen = try needsFeatures ? features.epoch(epoch, images: batches.flatMap(\.self), seed: settings.seed) : nil
    let views = pixels?.views.map { features.views(ofEpoch: epoch, seed: settings.seed, among: $0) }
    var (lossSum, correct, count) = (0.0, 0, 0)
    for (index, images) in batches.enumerated() {
      let batch = try batch(images, seen: seen, views: views, epoch: epoch)
      let found = try learner.step(batch, rate: rate)
      guard found.loss.isFinite, learner.parameters.isFinite else {
        throw LearningError.diverged(
          epoch: epoch, step: index + 1, learningRate: rate, loss: found.loss, norm: found.gradient.norm)
      }
      lossSum += found.loss
      correct += found.correct
      count += images.count
      progress(found.loss)
    }
    var next = self.next(learner, epoch: epoch)
    let validation = try earlyStopping?.record(&next)
    state = next
    let duration = start.duration(to: clock.now).components
    let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
    return EpochRecord(
      epoch: epoch, steps: batches.count, loss: lossSum / Double(max(batches.count, 1)),
      accuracy: Double(correct) / Double(max(count, 1)), learningRate: rate,
      secondsPerStep: seconds / Double(max(batches.count, 1)), validationAccuracy: validation)
  }

  /// Returns the images of a step.
  private func batch(
    _ images: [Int], seen: EpochFeatures?, views: [Int]?, epoch: Int
  ) throws -> JointLearner.Batch {
    let labels = images.map { features.labels[$0] }
    guard let pixels, let pass = towers.imagePass else {
      let rows = seen?.matrix(of: images) ?? FloatBuffer(count: 0)
      return JointLearner.Batch(
        images: .features(rows), teacher: objective.regulation == nil ? nil : UnitRows(rows, width: features.width),
        labels: labels)
    }
    let patches = try pixels.embedded(images, images.map { views?[$0] ?? epoch - 1 }, by: pass.embed)
    return JointLearner.Batch(
      images: .embedded(patches), teacher: seen?.unitRows(of: images), labels: labels)
  }

  /// Returns the state after an epoch.
  private func next(_ learner: JointLearner, epoch: Int) -> TrainingState {
    var next = state
    next.parameters = learner.parameters.numbers
    let optimizer = learner.optimizerState
    (next.velocity, next.square) = (optimizer.velocity, optimizer.square)
    if averageWeights.indices.contains(epoch - 1) {
      let weight = averageWeights[epoch - 1]
      if next.average.isEmpty { next.average = [Float](repeating: 0, count: next.parameters.count) }
      for index in next.average.indices { next.average[index] += Float(weight) * next.parameters[index] }
      next.averageWeight += weight
    }
    next.epoch = epoch
    return next
  }
}

extension PromptParameters {
  /// The Euclidean norm of all numbers.
  var norm: Double { numbers.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }

  /// Creates the parameters of a form before learning: the given context, normally distributed prompts of standard
  /// deviation 0.02, and layers as PyTorch begins them. MaPLe's couplings of deeper blocks begin as copies of one layer.
  ///
  /// - Parameters:
  ///   - form: the form.
  ///   - context: the vectors of the text tower's first block, in the order of the context matrix; empty where there are none.
  ///   - seed: the run's seed.
  package init(of form: any PromptForm, context: [Float], seed: Int) {
    self.init(shapes: form.shapes)
    var copied: [String: [Float]] = [:]
    for (index, name) in names.enumerated() {
      guard name != PromptNames.context else {
        self[name] = context
        continue
      }
      var numbers = RandomStream.learning(.parameters, seed: seed, epoch: index)
      let count = self[name].count
      let kind = name.split(separator: ".").last.map(String.init) ?? name
      guard kind == "weight" || kind == "bias" else {
        self[name] = numbers.normal(count: count, deviation: 0.02)
        continue
      }
      let isDeepCoupling = name.contains(".compound_prompt_projections.")
      if isDeepCoupling, let first = copied[kind] {
        self[name] = first
        continue
      }
      let layer = name.dropLast(kind.count)
      let inputs = shapes["\(layer)weight"]?.last ?? 1
      let bound = 1 / Float(inputs).squareRoot()
      self[name] = (0..<count).map { _ in numbers.uniform(in: -bound...bound) }
      if isDeepCoupling { copied[kind] = self[name] }
    }
  }
}
