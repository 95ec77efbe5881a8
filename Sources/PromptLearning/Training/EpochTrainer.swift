/// A trainer that goes from epoch to epoch, and whose state can be stored and resumed between them.
package protocol EpochTrainer {
  /// The state after the last whole epoch.
  var state: TrainingState { get }
  /// The number of steps in an epoch.
  var stepsPerEpoch: Int { get }
  /// Whether training is finished.
  var isFinished: Bool { get }

  /// Trains the next epoch.
  ///
  /// - Parameter progress: called with the loss of each step.
  /// - Returns: the epoch's record.
  /// - Throws: the errors of the towers and the loss; the state is then that before the epoch.
  func trainEpoch(progress: (Double) -> Void) throws -> EpochRecord
}

extension PromptTrainer: EpochTrainer {}
extension JointTrainer: EpochTrainer {}
