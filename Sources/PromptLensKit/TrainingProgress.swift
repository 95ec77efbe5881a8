/// The state of a training after an epoch.
public struct TrainingProgress: Sendable {
  /// The epoch that is complete, from 1.
  public let epoch: Int
  /// The number of epochs.
  public let epochs: Int
  /// The mean loss over the epoch's images.
  public let loss: Double
  /// The share of the epoch's images whose class was predicted, 0 to 1.
  public let accuracy: Double
  /// The learning rate of the epoch.
  public let learningRate: Double
}
