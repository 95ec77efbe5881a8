/// Everything that the rest of a run depends on: random numbers are counted, so they need no state.
public struct TrainingState: Sendable, Equatable {
  /// A second prompt that is learned beside the first.
  public struct Peer: Sendable, Equatable {
    /// Its context, `[contextRows, width]`.
    public var context: [Float]
    /// Its optimiser's v.
    public var velocity: [Float]

    /// The state before the first step.
    public init(context: [Float]) {
      self.context = context
      velocity = [Float](repeating: 0, count: context.count)
    }
  }

  /// The epoch that was best on the validation images.
  public struct Best: Sendable, Equatable {
    /// The epoch, from 1.
    public var epoch: Int
    /// The fraction of the validation images that it classified as labelled.
    public var accuracy: Double
    /// Its context.
    public var context: [Float]

    /// An epoch.
    public init(epoch: Int, accuracy: Double, context: [Float]) {
      self.epoch = epoch
      self.accuracy = accuracy
      self.context = context
    }
  }

  /// Epochs that are done.
  public var epoch = 0
  /// The context, `[contextRows, width]`, and after it what else the method learns.
  public var context: [Float]
  /// The optimiser's v, as many.
  public var velocity: [Float]
  /// The weighted sum of the contexts of the epochs, for methods that average them.
  public var average: [Float] = []
  /// The weights' sum.
  public var averageWeight = 0.0
  /// The second prompt, for strategies that have one.
  public var peer: Peer?
  /// The best epoch so far, where validation images say.
  public var best: Best?

  /// The state before the first step.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - peer: the second prompt's context, for strategies that have one.
  public init(context: [Float], peer: [Float]? = nil) {
    self.context = context
    velocity = [Float](repeating: 0, count: context.count)
    self.peer = peer.map { Peer(context: $0) }
  }

  /// The context that the run keeps: the best epoch's where there is one, else the average, else the last.
  public var result: [Float] { best?.context ?? current }

  /// The context as it is after the last epoch: the average where there is one.
  public var current: [Float] {
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
  /// The fraction of the validation images that were classified as labelled after the epoch, where there are any.
  public var validationAccuracy: Double?

  /// What an epoch came to.
  public init(
    epoch: Int, steps: Int, loss: Double, accuracy: Double, learningRate: Double, secondsPerStep: Double,
    validationAccuracy: Double? = nil
  ) {
    self.epoch = epoch
    self.steps = steps
    self.loss = loss
    self.accuracy = accuracy
    self.learningRate = learningRate
    self.secondsPerStep = secondsPerStep
    self.validationAccuracy = validationAccuracy
  }
}
