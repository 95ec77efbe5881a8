/// The state of training between epochs; random streams are counter-based, so they have no state.
package struct TrainingState: Sendable, Equatable {
  /// A second prompt that is learned alongside the first.
  package struct Peer: Sendable, Equatable {
    /// Its parameters: the context, `[contextRows, width]`, and after it the method's other parameters.
    package var parameters: [Float]
    /// Its optimizer's v.
    package var velocity: [Float]
    /// Adam's mean of its squared gradients; empty for other optimizers, and before the first step.
    package var square: [Float] = []

    /// Creates the state before the first step.
    package init(parameters: [Float]) {
      self.parameters = parameters
      velocity = [Float](repeating: 0, count: parameters.count)
    }
  }

  /// The best epoch on the validation images.
  package struct Best: Sendable, Equatable {
    /// The epoch, from 1.
    package var epoch: Int
    /// Its accuracy on the validation images.
    package var accuracy: Double
    /// Its parameters.
    package var parameters: [Float]

    /// Creates an epoch's result.
    package init(epoch: Int, accuracy: Double, parameters: [Float]) {
      self.epoch = epoch
      self.accuracy = accuracy
      self.parameters = parameters
    }
  }

  /// The number of finished epochs.
  package var epoch = 0
  /// The context, `[contextRows, width]`, and after it the method's other parameters.
  package var parameters: [Float]
  /// The optimizer's v, one for each parameter: the momentum, or Adam's mean of gradients.
  package var velocity: [Float]
  /// Adam's mean of squared gradients; empty for other optimizers, and before the first step.
  package var square: [Float] = []
  /// The weighted sum of the parameters of the epochs, for methods that average them.
  package var average: [Float] = []
  /// The weights' sum.
  package var averageWeight = 0.0
  /// The second prompt; nil for strategies without one.
  package var peer: Peer?
  /// The best epoch so far; nil without validation images.
  package var best: Best?

  /// Creates the state before the first step.
  ///
  /// - Parameters:
  ///   - parameters: the context, and after it the method's other parameters.
  ///   - peer: the second prompt's parameters, for strategies that have one.
  package init(parameters: [Float], peer: [Float]? = nil) {
    self.parameters = parameters
    velocity = [Float](repeating: 0, count: parameters.count)
    self.peer = peer.map { Peer(parameters: $0) }
  }

  /// The parameters that the run keeps: the best epoch's if there is one, else the average, else the last.
  package var result: [Float] { best?.parameters ?? current }

  /// The parameters after the last epoch: the average if there is one.
  package var current: [Float] {
    averageWeight > 0 ? average.map { Float(Double($0) / averageWeight) } : parameters
  }
}

/// The record of one epoch.
package struct EpochRecord: Sendable, Equatable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The number of steps.
  package var steps: Int
  /// The mean loss of the steps.
  package var loss: Double
  /// The training accuracy over the epoch, each image counted before its step.
  package var accuracy: Double
  /// The learning rate of the last step.
  package var learningRate: Double
  /// The wall time of a step, in seconds.
  package var secondsPerStep: Double
  /// The accuracy on the validation images after the epoch; nil without validation images.
  package var validationAccuracy: Double?

  /// Creates the record of an epoch.
  package init(
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
