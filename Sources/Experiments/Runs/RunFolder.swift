import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

/// A run on disk: `run.json`, `log.jsonl`, `checkpoint.h5`, `context.h5` and, when it is finished, `predictions.json`
/// and `result.json`.
///
/// Every file except the log appears only when it is complete. The log's line of an epoch is written before its
/// checkpoint, and lines beyond the checkpoint are dropped when the run is resumed: whenever the process is killed, the
/// same command resumes after the last whole epoch and ends with the same bits.
package final class RunFolder {
  /// The path of the folder.
  package let path: String
  /// The description of the run.
  package let description: RunDescription
  private let claim: Claim?

  /// Opens an existing run.
  ///
  /// - Throws: `FileError` when the folder isn't a run folder, `JSONError` when its description is damaged or of a
  ///   newer version.
  package init(_ path: String) throws {
    self.path = path
    claim = nil
    guard Self.exists(at: path) else {
      throw FileError.missing(path: "\(path)/run.json", expected: "a run folder, as promptlens train writes it")
    }
    description = try RunDescription(contentsOf: "\(path)/run.json")
  }

  /// Begins a run, or opens it to resume it, with exclusive access.
  ///
  /// - Parameters:
  ///   - path: the folder; it's made if it doesn't exist. A folder with other files is an error.
  ///   - asked: the description of the run.
  /// - Throws: ``ExperimentError/otherSettings(path:differences:)`` when the folder contains another run; `FileError`
  ///   when it can't be written.
  package init(_ path: String, for asked: RunDescription) throws {
    self.path = path
    // Locked before anything is looked at or written: of two processes, the second finds the first one's run.
    claim = try Claim.folder(path)
    if Self.exists(at: path) {
      description = try RunDescription(contentsOf: "\(path)/run.json")
      let differences = description.differences(from: asked)
      guard differences.isEmpty else { throw ExperimentError.otherSettings(path: path, differences: differences) }
    } else {
      try Self.checkIsFree(path)
      try AtomicOutput.text(asked.text, to: "\(path)/run.json")
      description = asked
    }
  }

  /// Refuses a folder with files of something else; features may be written into it before training begins.
  private static func checkIsFree(_ path: String) throws(FileError) {
    let others = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
      $0 != "features" && !$0.hasPrefix(".run.json.")
    }
    guard let first = others.min() else { return }
    throw .unwritable(path: path, reason: "the folder holds \(first) and is not a run folder")
  }

  /// Refuses a folder that cannot take a run, by what is known of it before its images are encoded.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - known: settings of the run by their names in run.json.
  /// - Throws: ``ExperimentError/otherSettings(path:differences:)`` when the folder contains another run; `FileError`
  ///   when it contains something else; `JSONError` when its description is damaged.
  package static func check(_ path: String, for known: [(name: String, value: JSON)]) throws {
    guard exists(at: path) else { return try checkIsFree(path) }
    let differences = try RunDescription(contentsOf: "\(path)/run.json").differences(fromKnown: known)
    guard differences.isEmpty else { throw ExperimentError.otherSettings(path: path, differences: differences) }
  }

  /// Returns a Boolean value that indicates whether a folder is a run folder.
  package static func exists(at path: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/run.json") }

  /// The path of the learned context's file.
  package var contextPath: String { "\(path)/context.h5" }

  // MARK: Reading

  /// The result; nil for an unfinished run.
  ///
  /// - Throws: `JSONError` when the file is damaged or of a newer version; ``ExperimentError/badRun(path:reason:)`` when
  ///   it is another run's.
  package var result: RunResult? {
    get throws {
      let file = "\(path)/result.json"
      guard FileManager.default.fileExists(atPath: file) else { return nil }
      let result = try RunResult(contentsOf: file)
      let other = result.settings.keys.first {
        description.settings[$0] != nil && description.settings[$0] != result.settings[$0]
      }
      guard let other else { return result }
      throw ExperimentError.badRun(
        path: path, reason: "run.json and result.json state different values of \(other): files of two runs are mixed")
    }
  }

  /// The state of a run's result.
  package enum State {
    /// The result isn't written yet.
    case unfinished
    /// The result is intact.
    case finished(RunResult)
    /// The result is damaged. Training again gives the same bits, so the caller may treat the run as
    /// unfinished.
    case damaged(JSONError)
  }

  /// The state of the run's result, which determines whether training continues.
  ///
  /// - Throws: `JSONError` when the result is of a newer version, which mustn't be overwritten; `FileError` when it
  ///   can't be read.
  package var state: State {
    get throws {
      do {
        return try result.map { .finished($0) } ?? .unfinished
      } catch let error as JSONError {
        if error.isNewerVersion { throw error }
        return .damaged(error)
      }
    }
  }

  /// The predictions for the test images; nil for a run that is unfinished, has no test images, or is older than the
  /// recording of predictions.
  ///
  /// - Throws: `JSONError` when the file is damaged or of a newer version.
  package var predictions: RunPredictions? {
    get throws {
      let file = predictionsPath
      return FileManager.default.fileExists(atPath: file) ? try RunPredictions(contentsOf: file) : nil
    }
  }

  private var predictionsPath: String { "\(path)/predictions.json" }
  private var logPath: String { "\(path)/log.jsonl" }

  /// The epochs of the log, in order; empty if the log doesn't exist.
  ///
  /// An incomplete last line is ignored, since the process was killed while writing it.
  ///
  /// - Throws: `JSONError` naming the line that isn't a record; `FileError` when the log can't be read.
  package var log: [EpochRecord] {
    get throws {
      guard FileManager.default.fileExists(atPath: logPath) else { return [] }
      let bytes = try MappedFile.contents(of: logPath, limit: 256 << 20, expected: "a log of promptlens train")
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
      return try lines.enumerated().map { index, line in
        let source = "\(logPath), line \(index + 1)"
        return try EpochRecord(
          decoding: JSONNode(source: source, value: JSON(parsing: Array(line), source: source)))
      }
    }
  }

  // MARK: Resuming

  /// Reads the state after the last complete epoch; nil before the first.
  ///
  /// - Throws: ``ExperimentError/badRun(path:reason:)`` when the checkpoint is damaged.
  package func checkpoint() throws -> TrainingState? {
    let file = "\(path)/checkpoint.h5"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let stored = try HDF5File(path: file)
    func damaged(_ reason: String) -> ExperimentError {
      .badRun(path: path, reason: "\(reason) in checkpoint.h5; remove that file to start again")
    }
    do {
      try stored.checkChecksums()
    } catch is TensorFileError { throw damaged("numbers have changed") }
    guard case .integer(let epoch)? = try stored.attribute("epoch"),
      case .number(let averageWeight)? = try stored.attribute("average_weight")
    else { throw damaged("the epoch is missing") }
    var state = TrainingState(parameters: try stored.tensor("parameters").floats())
    state.epoch = epoch
    state.velocity = try stored.tensor("velocity").floats()
    state.averageWeight = averageWeight
    if stored.dataset("square") != nil { state.square = try stored.tensor("square").floats() }
    if stored.dataset("average") != nil { state.average = try stored.tensor("average").floats() }
    if stored.dataset("peer_parameters") != nil {
      state.peer = TrainingState.Peer(parameters: try stored.tensor("peer_parameters").floats())
      state.peer?.velocity = try stored.tensor("peer_velocity").floats()
      if stored.dataset("peer_square") != nil { state.peer?.square = try stored.tensor("peer_square").floats() }
    }
    if stored.dataset("best") != nil {
      guard case .integer(let epoch)? = try stored.attribute("best_epoch"),
        case .number(let accuracy)? = try stored.attribute("best_accuracy")
      else { throw damaged("the best epoch is missing") }
      state.best = TrainingState.Best(
        epoch: epoch, accuracy: accuracy, parameters: try stored.tensor("best").floats())
    }
    let others = (state.peer.map { [$0.parameters, $0.velocity] } ?? []) + (state.best.map { [$0.parameters] } ?? [])
    guard ([state.velocity] + others).allSatisfy({ $0.count == state.parameters.count }),
      averageWeight == 0 || state.average.count == state.parameters.count,
      [state.square, state.peer?.square ?? []].allSatisfy({ $0.isEmpty || $0.count == state.parameters.count }),
      case .string(let hash)? = try stored.attribute("sha256"), hash == Self.hash(state)
    else { throw damaged("its numbers are inconsistent") }
    return state
  }

  /// Truncates the log after an epoch.
  ///
  /// - Throws: `FileError` when the log cannot be written.
  package func resumeLog(after epoch: Int) throws {
    let text = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
    let kept = text.split(separator: "\n", omittingEmptySubsequences: true).prefix(epoch)
    try AtomicOutput.text(kept.map { $0 + "\n" }.joined(), to: logPath)
  }

  /// Appends an epoch to the log, then writes the state after it.
  ///
  /// - Throws: `FileError` when they cannot be written.
  package func record(_ epoch: EpochRecord, _ state: TrainingState) throws {
    let line = epoch.json.serialized() + "\n"
    try OutputFile.append(to: logPath) { try $0.write(Array(line.utf8)) }
    // Written after every epoch: to wait for the disk each time would cost more than to train again what a power failure
    // takes.
    try HDF5Writer.write(to: "\(path)/checkpoint.h5", isDurable: false) { file in
      try file.write(Tensor(state.parameters, shape: [state.parameters.count]), to: "parameters")
      try file.write(Tensor(state.velocity, shape: [state.velocity.count]), to: "velocity")
      if !state.square.isEmpty {
        try file.write(Tensor(state.square, shape: [state.square.count]), to: "square")
      }
      if !state.average.isEmpty {
        try file.write(Tensor(state.average, shape: [state.average.count]), to: "average")
      }
      if let peer = state.peer {
        try file.write(Tensor(peer.parameters, shape: [peer.parameters.count]), to: "peer_parameters")
        try file.write(Tensor(peer.velocity, shape: [peer.velocity.count]), to: "peer_velocity")
        if !peer.square.isEmpty {
          try file.write(Tensor(peer.square, shape: [peer.square.count]), to: "peer_square")
        }
      }
      if let best = state.best {
        try file.write(Tensor(best.parameters, shape: [best.parameters.count]), to: "best")
        try file.set("best_epoch", .integer(best.epoch))
        try file.set("best_accuracy", .number(best.accuracy))
      }
      try file.set("epoch", .integer(state.epoch))
      try file.set("average_weight", .number(state.averageWeight))
      try file.set("sha256", .string(Self.hash(state)))
    }
  }

  private static func hash(_ state: TrainingState) -> String {
    let peer = state.peer.map { $0.parameters + $0.velocity } ?? []
    let squares = state.square + (state.peer?.square ?? [])
    let numbers = state.parameters + state.velocity + state.average + peer + (state.best?.parameters ?? []) + squares
    return numbers.withUnsafeBytes { Fingerprint.of($0) }
  }

  // MARK: Ending

  /// Writes the predictions for the test images.
  ///
  /// - Throws: `FileError` when they can't be written.
  package func write(_ predictions: RunPredictions) throws {
    try AtomicOutput.text(predictions.text, to: predictionsPath)
  }

  /// Writes the result, which finishes the run.
  ///
  /// - Throws: `FileError` when it can't be written.
  package func finish(_ result: RunResult) throws {
    try AtomicOutput.text(result.text, to: "\(path)/result.json")
  }
}
