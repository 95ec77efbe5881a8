import PromptLensFeatures
import PromptLensPrompts
import PromptLensCLIP
import Foundation
import PromptLensTensors

/// The settings of the optimization, by default the reference's.
package struct TrainingSettings: Sendable, Equatable {
  /// The number of epochs.
  package var epochs: Int
  /// The number of images in each step.
  package var batchSize: Int
  /// The learning rate of each epoch.
  package var schedule: LearningRateSchedule
  /// The optimizer of the steps.
  package var optimizer: ContextOptimizer
  /// The limit of the gradient's norm; nil for none, as in the reference.
  package var gradientLimit: GradientLimit?
  /// The seed of the context, the orders and the views.
  package var seed: Int

  /// Creates settings, by default the reference's.
  package init(
    epochs: Int, batchSize: Int = 32, learningRate: Double = 0.002,
    optimizer: ContextOptimizer = .descent(StochasticGradientDescent()), gradientLimit: GradientLimit? = nil,
    seed: Int = 1
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    schedule = LearningRateSchedule(peak: learningRate, epochs: epochs)
    self.optimizer = optimizer
    self.gradientLimit = gradientLimit
    self.seed = seed
  }
}

/// A trainer that learns a context, epoch by epoch, with frozen CLIP and fixed image features.
package final class PromptTrainer {
  private let assembly: PromptAssembly
  private let features: LabeledFeatures
  private let method: any LearningMethod
  private let loss: any Loss
  private let strategy: any SampleStrategy
  private let earlyStopping: EarlyStopping?
  private let scale: Float
  private let pass: any ContextPass
  /// The pass of the second prompt, since both are used at the same time.
  private let peerPass: (any ContextPass)?
  private let sampler: BatchSampler
  /// The prompts' features that ``pass`` computed last and the context that they are of: the next step begins with the
  /// context that was measured after the last one, and needn't compute them again.
  private var computed: (context: [Float], text: UnitRows)?
  /// The settings.
  package let settings: TrainingSettings
  /// The state of training after the last whole epoch.
  package private(set) var state: TrainingState

  /// The cost of a step's pass over the prompts.
  package var cost: TreeCost { pass.cost }
  /// The bytes that the passes over the prompts hold.
  package var passBytes: Int { max(pass.byteCount, pass.leastBytes) + (peerPass?.byteCount ?? 0) }
  /// The number of steps in an epoch.
  package var stepsPerEpoch: Int { sampler.steps }
  /// A Boolean value that indicates whether training is finished, after all epochs or after too many without
  /// improvement.
  package var isFinished: Bool {
    if state.epoch >= settings.epochs { return true }
    return earlyStopping?.isOver(state) ?? false
  }

  /// Prepares training.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - assembly: the prompts.
  ///   - features: the images.
  ///   - scale: the factor of cosines, `exp(logit_scale)`.
  ///   - method: the computation of a step's gradient.
  ///   - loss: the loss of logits.
  ///   - strategy: the choice and the weights of the images.
  ///   - earlyStopping: the rule that keeps the best epoch on validation images; nil to keep the last.
  ///   - settings: the optimization.
  ///   - state: the state to begin with, or to resume from.
  ///   - tapeLimit: bytes that tapes may take, nil for no limit; see `PromptPass`. Results do not depend on it.
  ///   - prepared: passes over the assembly's prompts by the encoder, from earlier runs; missing ones
  ///     are created. A strategy with a peer takes two.
  /// - Throws: `CLIPError` or `TensorError` when the parts do not fit each other, `LearningError.labelOutOfRange`.
  package init(
    encoder: TextEncoder, assembly: PromptAssembly, features: LabeledFeatures, scale: Float,
    method: any LearningMethod = CoOp(), loss: any Loss = CrossEntropy(), strategy: any SampleStrategy = EveryImage(),
    earlyStopping: EarlyStopping? = nil, settings: TrainingSettings, state: TrainingState, tapeLimit: Int? = nil,
    passes prepared: [any ContextPass] = []
  ) throws {
    let count = assembly.contextRows * encoder.width + method.parameterCount
    let vectors = [state.parameters, state.velocity] + (state.peer.map { [$0.parameters, $0.velocity] } ?? [])
    for vectors in vectors where vectors.count != count {
      throw TensorError.shapeMismatch(
        operation: "training", name: "context", expected: [assembly.contextRows, encoder.width],
        found: [vectors.count / max(encoder.width, 1), encoder.width])
    }
    guard strategy.hasPeer == (state.peer != nil) else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "contexts", expected: [strategy.hasPeer ? 2 : 1],
        found: [state.peer == nil ? 1 : 2])
    }
    guard features.width == encoder.embedDimension else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "image features", expected: [-1, -1, encoder.embedDimension],
        found: features.features.shape.dimensions)
    }
    if let label = features.labels.first(where: { !assembly.classNames.indices.contains($0) }) {
      throw LearningError.labelOutOfRange(label: label, classCount: assembly.classNames.count)
    }
    self.assembly = assembly
    self.features = features
    self.scale = scale
    self.method = method
    self.loss = loss
    self.strategy = strategy
    self.earlyStopping = earlyStopping
    self.settings = settings
    self.state = state
    sampler = BatchSampler(count: features.count, batchSize: settings.batchSize, seed: settings.seed)
    func pass(_ index: Int) throws -> any ContextPass {
      if prepared.indices.contains(index) { return prepared[index] }
      return try PromptPass(encoder: encoder, tree: encoder.tree(assembly.prompts), tapeLimit: tapeLimit)
    }
    self.pass = try pass(0)
    peerPass = strategy.hasPeer ? try pass(1) : nil
  }

  /// Computes the prompts' features with the current context, as unit rows, `[classes, embedDimension]`.
  ///
  /// - Throws: the tower's errors.
  package func textFeatures() throws -> UnitRows { try text(of: state.current) }

  private func text(of context: [Float]) throws -> UnitRows {
    if let computed, computed.context == context { return computed.text }
    computed = nil
    let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
    let text = UnitRows(features, width: self.features.width)
    // A method's other parameters don't change the prompts, and its steps may use the pass for other contexts.
    if method.parameterCount == 0 { computed = (context, text) }
    return text
  }

  /// Runs the steps of the next epoch, and then updates ``state``.
  ///
  /// - Parameter progress: called after each step with the loss.
  /// - Returns: the record of the epoch.
  /// - Throws: ``LearningError/diverged(epoch:step:learningRate:loss:norm:)`` when a loss, a gradient or the context
  ///   isn't a number anymore; ``state`` remains that of the last complete epoch.
  package func trainEpoch(progress: (Double) -> Void = { _ in }) throws -> EpochRecord {
    let epoch = state.epoch + 1
    var batches = sampler.batches(ofEpoch: epoch)
    var next = state
    var (lossSum, correct, seen, rate) = (0.0, 0, 0, 0.0)
    let clock = ContinuousClock()
    let start = clock.now
    // A strategy looks at all images, also at those that no batch of the epoch holds.
    let images = strategy.looksAtAllImages ? Array(features.labels.indices) : batches.flatMap { $0 }
    let seenFeatures = try features.epoch(epoch, images: images, seed: settings.seed)
    let plan = try strategy.plan(survey(ofEpoch: epoch, seenFeatures))
    if let passes = plan.passes { batches = sampler.batches(ofEpoch: epoch, passes: passes) }
    for (index, images) in batches.enumerated() {
      // Passes of their own may take a step more than all images in one.
      let step = min(index + 1, sampler.steps)
      rate = settings.schedule.rate(ofStep: step, inEpoch: epoch, stepsPerEpoch: sampler.steps)
      let place = ContextOptimizer.Step(rate: rate, number: (epoch - 1) * sampler.steps + step)
      let found = try self.step(images, seenFeatures.unitRows(of: images), plan, place, &next)
      guard found.loss.isFinite, found.norm.isFinite, next.parameters.allSatisfy(\.isFinite),
        next.peer?.parameters.allSatisfy(\.isFinite) ?? true
      else {
        throw LearningError.diverged(
          epoch: epoch, step: index + 1, learningRate: rate, loss: found.loss, norm: found.norm)
      }
      lossSum += found.loss
      correct += found.correct
      seen += images.count
      progress(found.loss)
    }
    if let weight = method.weight(ofEpoch: epoch, of: settings.epochs) {
      if next.average.isEmpty { next.average = [Float](repeating: 0, count: next.parameters.count) }
      for index in next.average.indices { next.average[index] += Float(weight) * next.parameters[index] }
      next.averageWeight += weight
    }
    next.epoch = epoch
    let current = next.current
    let accuracy = try earlyStopping?.record(&next) { try self.text(of: current) }
    state = next
    let duration = start.duration(to: clock.now).components
    let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
    return EpochRecord(
      epoch: epoch, steps: batches.count, loss: lossSum / Double(max(batches.count, 1)),
      accuracy: Double(correct) / Double(max(seen, 1)), learningRate: rate,
      secondsPerStep: seconds / Double(max(batches.count, 1)), validationAccuracy: accuracy)
  }

  private func survey(ofEpoch epoch: Int, _ seen: EpochFeatures) -> EpochSurvey {
    EpochSurvey(
      epoch: epoch, epochs: settings.epochs, loss: loss, labels: features.labels, classCount: assembly.classNames.count
    ) { [features, scale] in
      let head = try CosineHead(images: seen.unitRows(of: Array(features.labels.indices)), scale: scale)
      return try head.forward(self.text(of: self.state.parameters))
    }
  }

  /// Runs one step of the prompt, and of its peer if there is one; both evaluate the batch before either is updated.
  private func step(
    _ images: [Int], _ rows: UnitRows, _ plan: EpochPlan, _ place: ContextOptimizer.Step, _ next: inout TrainingState
  ) throws -> (loss: Double, correct: Int, norm: Double) {
    let batch = TrainingBatch(
      images: rows, labels: images.map { features.labels[$0] },
      weights: [], classCount: assembly.classNames.count, head: try CosineHead(images: rows, scale: scale))
    let known = computed.flatMap { $0.context == next.parameters ? $0.text : nil }
    computed = nil
    let own = TrainingStep(batch, loss: loss, pass: pass, context: next.parameters, text: known)
    guard let peerPass, var peer = next.peer else {
      return try learn(own, plan(images, []), place, &next.parameters, &next.velocity, &next.square)
    }
    let other = TrainingStep(batch, loss: loss, pass: peerPass, context: peer.parameters)
    let (ownRows, peerRows) = (try own.rows(loss), try other.rows(loss))
    let found = try learn(own, plan(images, peerRows), place, &next.parameters, &next.velocity, &next.square)
    let peerFound = try learn(other, plan(images, ownRows), place, &peer.parameters, &peer.velocity, &peer.square)
    next.peer = peer
    return (found.loss, found.correct, found.norm + peerFound.norm)
  }

  private func learn(
    _ step: TrainingStep, _ loss: any Loss, _ place: ContextOptimizer.Step, _ context: inout [Float],
    _ velocity: inout [Float], _ square: inout [Float]
  ) throws -> (loss: Double, correct: Int, norm: Double) {
    step.loss = loss
    var found = try method.gradient(step)
    let norm = found.parameters.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    if found.loss.isFinite, norm.isFinite {
      step.release()
      settings.gradientLimit?.apply(to: &found.parameters, norm: norm)
      settings.optimizer.step(
        parameters: &context, velocity: &velocity, square: &square, gradient: found.parameters, at: place)
    }
    return (found.loss, found.correct, norm)
  }
}
