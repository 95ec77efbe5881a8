import PromptLensPromptLearning

/// A receiver of progress reports from a long computation: stages, epochs, and notes.
///
/// Experiments don't print. A command draws progress bars from these events; a program can ignore them (``silent``).
package struct ExperimentObserver: Sendable {
  /// A report.
  package enum Event: Sendable {
    /// A stage of known length begins.
    case began(stage: Stage)
    /// Some units of a stage are done.
    case advanced(stage: Stage, by: Int)
    /// A stage is complete.
    case finished(stage: Stage)
    /// A note for the user; one sentence, or a clause.
    case noted(String)
    /// Training begins, or continues after some epochs of an earlier process.
    case trainingBegan(epochs: Int, stepsPerEpoch: Int, completedEpochs: Int)
    /// A step of training is done.
    case trained(loss: Double)
    /// An epoch is done.
    case completed(epoch: EpochRecord)
    /// Training is complete.
    case trainingEnded
  }

  /// A part of a computation with a known length.
  package struct Stage: Sendable, Hashable {
    /// The work, "image features".
    package let name: String
    /// The number of units.
    package let total: Int
    /// The unit, "images"; "%" where the units are hundredths of the whole.
    package let unit: String
  }

  private let receive: @Sendable (Event) -> Void

  /// Creates an observer that passes every event to a closure, which is called on any thread.
  package init(_ receive: @escaping @Sendable (Event) -> Void) { self.receive = receive }

  /// An observer that ignores everything.
  package static let silent = ExperimentObserver { _ in }

  /// Reports an event.
  package func report(_ event: Event) { receive(event) }

  /// Reports a note to the user.
  package func note(_ text: String) { receive(.noted(text)) }

  /// Begins a stage.
  ///
  /// - Parameters:
  ///   - name: the work, "image features".
  ///   - total: the number of units.
  ///   - unit: the unit, "images".
  /// - Returns: the stage, to report progress with.
  package func begin(_ name: String, total: Int, unit: String) -> RunningStage {
    let stage = Stage(name: name, total: total, unit: unit)
    receive(.began(stage: stage))
    return RunningStage(stage: stage, observer: self)
  }
}

/// A stage that has begun.
package struct RunningStage: Sendable {
  fileprivate let stage: ExperimentObserver.Stage
  fileprivate let observer: ExperimentObserver

  /// Counts finished units; callable from any thread.
  package func advance(by count: Int = 1) { observer.report(.advanced(stage: stage, by: count)) }

  /// Ends the stage.
  package func finish() { observer.report(.finished(stage: stage)) }
}
