/// The progress of learning a prompt after an epoch.
public struct TrainingProgress: Sendable {
  /// The number of the completed epoch, from 1.
  public let epoch: Int
  /// The number of epochs.
  public let epochs: Int
  /// The mean loss over the epoch's images.
  public let loss: Double
  /// The training accuracy over the epoch, from 0 to 1.
  public let accuracy: Double
  /// The learning rate of the epoch.
  public let learningRate: Double
}
