import CLIP
import Foundation
import Tensors

/// Settings of the optimisation; the reference's by default.
public struct TrainingSettings: Sendable, Equatable {
  /// Passes over the images.
  public var epochs: Int
  /// Images in a step.
  public var batchSize: Int
  /// The learning rate of each epoch.
  public var schedule: LearningRateSchedule
  /// The steps themselves.
  public var optimizer: StochasticGradientDescent
  /// The seed of the context, the orders and the views.
  public var seed: Int

  /// The reference's settings.
  public init(
    epochs: Int, batchSize: Int = 32, learningRate: Double = 0.002,
    optimizer: StochasticGradientDescent = StochasticGradientDescent(), seed: Int = 1
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    schedule = LearningRateSchedule(peak: learningRate, epochs: epochs)
    self.optimizer = optimizer
    self.seed = seed
  }
}

/// Everything that the rest of a run depends on: random numbers are counted, so they need no state.
public struct TrainingState: Sendable, Equatable {
  /// Epochs that are done.
  public var epoch = 0
  /// The context, `[contextRows, width]`.
  public var context: [Float]
  /// The optimiser's v, as many.
  public var velocity: [Float]
  /// The weighted sum of the contexts of the epochs, for methods that average them.
  public var average: [Float] = []
  /// The weights' sum.
  public var averageWeight = 0.0

  /// The state before the first step.
  public init(context: [Float]) {
    self.context = context
    velocity = [Float](repeating: 0, count: context.count)
  }

  /// The context that the run keeps: the average where there is one, else the last.
  public var result: [Float] {
    averageWeight > 0 ? average.map { Float(Double($0) / averageWeight) } : context
  }
}

/// What an epoch came to.
public struct EpochRecord: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  /// Steps made.
  public var steps: Int
  /// The mean loss of the steps.
  public var loss: Double
  /// The fraction of the epoch's images that were classified as labelled, each before its step.
  public var accuracy: Double
  /// The learning rate.
  public var learningRate: Double
  /// Wall time.
  public var secondsPerStep: Double

  /// What an epoch came to.
  public init(
    epoch: Int, steps: Int, loss: Double, accuracy: Double, learningRate: Double, secondsPerStep: Double
  ) {
    self.epoch = epoch
    self.steps = steps
    self.loss = loss
    self.accuracy = accuracy
    self.learningRate = learningRate
    self.secondsPerStep = secondsPerStep
  }
}

/// Learns a context, epoch by epoch, with CLIP frozen and image features given.
public final class PromptTrainer {
  private let assembly: PromptAssembly
  private let features: TrainingFeatures
  private let method: any LearningMethod
  private let loss: any Loss
  private let scale: Float
  private let pass: PromptPass
  private let sampler: BatchSampler
  /// The settings.
  public let settings: TrainingSettings
  /// Where training is; whole epochs only.
  public private(set) var state: TrainingState

  /// How much work a step's pass over the prompts is.
  public var cost: TreeCost { pass.cost }
  /// Steps in an epoch.
  public var stepsPerEpoch: Int { sampler.steps }

  /// Prepares training.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - assembly: the prompts.
  ///   - features: the images.
  ///   - scale: what cosines are multiplied by, `exp(logit_scale)`.
  ///   - method: how a step's gradient is made.
  ///   - loss: the loss of logits.
  ///   - settings: the optimisation.
  ///   - state: where to begin, or to go on.
  ///   - tapeLimit: bytes that tapes may take, nil for no limit; see `PromptPass`. Results do not depend on it.
  /// - Throws: `CLIPError` or `TensorError` when the parts do not fit each other, `PromptError/labelOutOfRange`.
  public init(
    encoder: TextEncoder, assembly: PromptAssembly, features: TrainingFeatures, scale: Float,
    method: any LearningMethod = CoOp(), loss: any Loss = CrossEntropy(), settings: TrainingSettings,
    state: TrainingState, tapeLimit: Int? = nil
  ) throws {
    let count = assembly.contextRows * encoder.width
    guard state.context.count == count, state.velocity.count == count else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "context", expected: [assembly.contextRows, encoder.width],
        found: [state.context.count / max(encoder.width, 1), encoder.width])
    }
    guard features.width == encoder.embedDimension else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "image features", expected: [-1, -1, encoder.embedDimension],
        found: features.features.shape.dimensions)
    }
    if let label = features.labels.first(where: { !assembly.classNames.indices.contains($0) }) {
      throw PromptError.labelOutOfRange(label: label, ways: assembly.classNames.count)
    }
    self.assembly = assembly
    self.features = features
    self.scale = scale
    self.method = method
    self.loss = loss
    self.settings = settings
    self.state = state
    sampler = BatchSampler(count: features.count, batchSize: settings.batchSize, seed: settings.seed)
    pass = try PromptPass(encoder: encoder, tree: PromptTree(assembly.prompts), tapeLimit: tapeLimit)
  }

  /// Makes the next epoch's steps; ``state`` moves on when all of them are done.
  ///
  /// - Parameter progress: called after each step with the loss.
  /// - Returns: what the epoch came to.
  /// - Throws: ``PromptError/diverged(epoch:step:learningRate:norm:)`` when a loss, a gradient or the context is no number
  ///   any more; ``state`` stays as the last whole epoch left it.
  public func trainEpoch(progress: (Double) -> Void = { _ in }) throws -> EpochRecord {
    let epoch = state.epoch + 1
    let rate = settings.schedule.rate(ofEpoch: epoch)
    let views = features.views(ofEpoch: epoch, seed: settings.seed)
    let batches = sampler.batches(ofEpoch: epoch)
    var next = state
    var (lossSum, correct, seen) = (0.0, 0, 0)
    let clock = ContinuousClock()
    let start = clock.now
    for (index, images) in batches.enumerated() {
      let step = try TrainingStep(
        images: features.rows(images, views: views), labels: images.map { features.labels[$0] },
        weights: features.weights.isEmpty ? [] : images.map { features.weights[$0] }, loss: loss,
        ways: assembly.classNames.count, scale: scale, pass: pass, context: next.context)
      let found = try method.gradient(step)
      let norm = found.context.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      if found.loss.isFinite, norm.isFinite {
        settings.optimizer.step(
          parameters: &next.context, velocity: &next.velocity, gradient: found.context, rate: rate)
      }
      guard found.loss.isFinite, norm.isFinite, next.context.allSatisfy(\.isFinite) else {
        throw PromptError.diverged(epoch: epoch, step: index + 1, learningRate: rate, norm: norm)
      }
      lossSum += found.loss
      correct += found.correct
      seen += images.count
      progress(found.loss)
    }
    if let weight = method.weight(ofEpoch: epoch, of: settings.epochs) {
      if next.average.isEmpty { next.average = [Float](repeating: 0, count: next.context.count) }
      for index in next.average.indices { next.average[index] += Float(weight) * next.context[index] }
      next.averageWeight += weight
    }
    next.epoch = epoch
    state = next
    let duration = start.duration(to: clock.now).components
    let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
    return EpochRecord(
      epoch: epoch, steps: batches.count, loss: lossSum / Double(max(batches.count, 1)),
      accuracy: Double(correct) / Double(max(seen, 1)), learningRate: rate,
      secondsPerStep: seconds / Double(max(batches.count, 1)))
  }
}
