import Foundation
import PromptLensCLIP
import PromptLensTensors

/// The processes of `mpirun` that divide the passes of one run: rank 0 learns, and the others compute their chunks of its
/// passes over the prompts.
package struct RunRanks {
  private let processes: OpenMPI
  /// The division of the passes.
  let passes: PassRanks

  /// Whether `mpirun` started several processes.
  package static var areStarted: Bool { OpenMPI.isStarted() }

  /// Joins the processes that `mpirun` started.
  ///
  /// - Returns: the processes; `nil` where there is only this one.
  /// - Throws: `RankError` when Open MPI's library can't be loaded, or the processes have different arguments.
  package static func joined() throws -> RunRanks? {
    guard areStarted else { return nil }
    let processes = try OpenMPI()
    let arguments = ProcessInfo.processInfo.arguments.dropFirst().joined(separator: "\0")
    guard try processes.agree(on: arguments.utf8) else { throw RankError.otherArguments }
    return RunRanks(processes: processes, passes: PassRanks(processes))
  }

  /// Whether this process learns.
  package var isLeader: Bool { passes.isLeader }

  /// Computes this process's share until the run ends.
  ///
  /// - Parameter model: the run's model.
  /// - Throws: the tower's errors.
  package func serve(_ model: OpenedModel) throws { try passes.serve(model.clip.textEncoder()) }

  /// Ends the work of the other processes, after a run that had no error: where one has, `mpirun` ends all of them.
  ///
  /// - Returns: a clause about what was exchanged; nil where nothing was.
  /// - Throws: `RankError` when the exchange fails.
  package func end() throws -> String? {
    let (sent, received, steps) = (passes.sentBytes, passes.receivedBytes, passes.steps)
    let seconds = try passes.latency()
    try passes.end()
    guard steps > 0 else { return nil }
    func megabytes(_ bytes: Int) -> String { String(format: "%.2f MB", Double(bytes) / Double(steps) / 1e6) }
    return
      "\(passes.count) processes divided the passes over the prompts: in a step, rank 0 sends \(megabytes(sent)) to "
      + "each of the others and gets \(megabytes(received)); a message and its answers take "
      + String(format: "%.0f µs", 1e6 * seconds)
  }

  /// Leaves the processes.
  package func leave() { processes.finish() }
}
