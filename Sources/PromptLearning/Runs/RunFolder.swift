import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors

/// A run on disk: `run.json`, `log.jsonl`, `checkpoint.h5`, `context.h5` and, when it is finished, `result.json`.
///
/// Every file but the log appears under its name when it is complete. The log's line of an epoch is written before its
/// checkpoint, and lines beyond the checkpoint are dropped when the run goes on: whenever the process is killed, the
/// same command goes on from the last whole epoch and ends with the same bits.
package final class RunFolder {
  /// The folder.
  package let path: String
  /// What the run is.
  package let description: RunDescription
  private var lock: Int32 = -1

  /// Opens a run that exists.
  ///
  /// - Throws: `FileError`, `JSONError`, ``LearningError/badRun(path:reason:)``.
  package init(_ path: String) throws {
    self.path = path
    guard Self.stands(at: path) else {
      throw FileError.missing(path: "\(path)/run.json", expected: "a run folder, as promptlens train writes it")
    }
    description = try RunDescription(readingFrom: JSONNode(contentsOf: "\(path)/run.json"), folder: path)
  }

  /// Begins a run, or opens it to go on with it; nobody else may be at work in it.
  ///
  /// - Parameters:
  ///   - path: the folder; it is made when there is none. One that holds other files is refused.
  ///   - asked: what the run is.
  /// - Throws: ``LearningError/otherSettings(path:differences:)`` when the folder holds another run; `FileError` when it
  ///   cannot be written.
  package init(_ path: String, for asked: RunDescription) throws {
    self.path = path
    if Self.stands(at: path) {
      description = try RunDescription(readingFrom: JSONNode(contentsOf: "\(path)/run.json"), folder: path)
      let differences = description.differences(from: asked)
      guard differences.isEmpty else { throw LearningError.otherSettings(path: path, differences: differences) }
    } else {
      // Features may have been put into it before training begins.
      let others = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
        $0 != "features" && !$0.hasPrefix(".run.json.")
      }
      guard others.isEmpty else {
        throw FileError.unwritable(path: path, reason: "the folder holds \(others.sorted()[0]) and is no run folder")
      }
      try AtomicOutput.makeFolder(at: path)
      try Self.write(asked.json, to: "\(path)/run.json")
      description = asked
    }
    lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // File systems without locks are trusted to have one process at work.
    guard lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      close(lock)
      lock = -1
      throw FileError.unwritable(path: path, reason: "another process is at work in this run folder")
    }
  }

  deinit { if lock >= 0 { close(lock) } }

  /// Whether a folder is a run's.
  package static func stands(at path: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/run.json") }

  /// The learned context's file.
  package var contextPath: String { "\(path)/context.h5" }

  /// The result, nil while the run is not finished: a damaged file is no result.
  package var result: JSON? {
    guard let root = try? JSONNode(contentsOf: "\(path)/result.json"), case .object = root.value else { return nil }
    return root.value
  }

  // MARK: Going on

  /// The state after the last whole epoch; nil when none was finished.
  ///
  /// - Throws: ``LearningError/badRun(path:reason:)`` when the checkpoint is damaged.
  package func checkpoint() throws -> TrainingState? {
    let file = "\(path)/checkpoint.h5"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let stored = try HDF5File(path: file)
    func damaged(_ reason: String) -> LearningError {
      .badRun(path: path, reason: "\(reason) in checkpoint.h5; remove that file to begin anew")
    }
    guard case .integer(let epoch)? = try stored.attribute("epoch"),
      case .number(let averageWeight)? = try stored.attribute("average_weight")
    else { throw damaged("the epoch is missing") }
    var state = TrainingState(context: try stored.tensor("parameters").floats())
    state.epoch = epoch
    state.velocity = try stored.tensor("velocity").floats()
    state.averageWeight = averageWeight
    if stored.dataset("average") != nil { state.average = try stored.tensor("average").floats() }
    if stored.dataset("peer_parameters") != nil {
      state.peer = TrainingState.Peer(context: try stored.tensor("peer_parameters").floats())
      state.peer?.velocity = try stored.tensor("peer_velocity").floats()
    }
    if stored.dataset("best") != nil {
      guard case .integer(let epoch)? = try stored.attribute("best_epoch"),
        case .number(let accuracy)? = try stored.attribute("best_accuracy")
      else { throw damaged("the best epoch is missing") }
      state.best = TrainingState.Best(
        epoch: epoch, accuracy: accuracy, context: try stored.tensor("best").floats())
    }
    let others = (state.peer.map { [$0.context, $0.velocity] } ?? []) + (state.best.map { [$0.context] } ?? [])
    guard ([state.velocity] + others).allSatisfy({ $0.count == state.context.count }),
      averageWeight == 0 || state.average.count == state.context.count,
      case .string(let hash)? = try stored.attribute("sha256"), hash == Self.hash(state)
    else { throw damaged("the numbers do not fit each other") }
    return state
  }

  /// The log's lines of the epochs up to one, which become the whole log.
  ///
  /// - Throws: `FileError` when the log cannot be written.
  package func resumeLog(after epoch: Int) throws {
    let file = "\(path)/log.jsonl"
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    let kept = text.split(separator: "\n", omittingEmptySubsequences: true).prefix(epoch)
    try AtomicOutput.text(kept.map { $0 + "\n" }.joined(), to: file)
  }

  /// Appends an epoch to the log, then writes the state after it.
  ///
  /// - Throws: `FileError` when they cannot be written.
  package func record(_ epoch: EpochRecord, _ state: TrainingState) throws {
    var members = JSON.Object()
    members["epoch"] = JSON(epoch.epoch)
    members["steps"] = JSON(epoch.steps)
    members["loss"] = .number(epoch.loss)
    members["accuracy"] = .number(epoch.accuracy)
    members["validationAccuracy"] = epoch.validationAccuracy.map { .number($0) }
    members["learningRate"] = .number(epoch.learningRate)
    members["secondsPerStep"] = .number(epoch.secondsPerStep)
    let line = JSON.object(members)
    try OutputFile.append(to: "\(path)/log.jsonl") { try $0.write(Array((line.serialized() + "\n").utf8)) }
    try HDF5Writer.write(to: "\(path)/checkpoint.h5") { file in
      try file.write(Tensor(state.context, shape: [state.context.count]), to: "parameters")
      try file.write(Tensor(state.velocity, shape: [state.velocity.count]), to: "velocity")
      if !state.average.isEmpty {
        try file.write(Tensor(state.average, shape: [state.average.count]), to: "average")
      }
      if let peer = state.peer {
        try file.write(Tensor(peer.context, shape: [peer.context.count]), to: "peer_parameters")
        try file.write(Tensor(peer.velocity, shape: [peer.velocity.count]), to: "peer_velocity")
      }
      if let best = state.best {
        try file.write(Tensor(best.context, shape: [best.context.count]), to: "best")
        try file.set("best_epoch", .integer(best.epoch))
        try file.set("best_accuracy", .number(best.accuracy))
      }
      try file.set("epoch", .integer(state.epoch))
      try file.set("average_weight", .number(state.averageWeight))
      try file.set("sha256", .string(Self.hash(state)))
    }
  }

  private static func hash(_ state: TrainingState) -> String {
    let peer = state.peer.map { $0.context + $0.velocity } ?? []
    return (state.context + state.velocity + state.average + peer + (state.best?.context ?? [])).withUnsafeBytes {
      Fingerprint.of($0)
    }
  }

  // MARK: Ending

  /// Writes the learned context.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - attributes: what is recorded with it: initialisation, method.
  /// - Throws: `FileError` when it cannot be written.
  package func write(_ context: LearnedContext, attributes: [(String, String)]) throws {
    try HDF5Writer.write(to: contextPath) { file in
      try file.write(context.vectors, to: "context")
      for (name, tensor) in (context.provenance?.metaNetwork ?? [:]).sorted(by: { $0.key < $1.key }) {
        try file.write(tensor, to: "meta_net.\(name)")
      }
      if let names = context.classNames { try file.write(names, to: "class_names") }
      if let position = context.classPosition { try file.set("class_position", .string(position)) }
      if let fingerprint = context.embeddingFingerprint {
        try file.set("token_embedding_fingerprint", .string(fingerprint))
      }
      for (name, value) in attributes { try file.set(name, .string(value)) }
    }
  }

  /// Writes the result, which finishes the run.
  package func finish(_ result: JSON) throws { try Self.write(result, to: "\(path)/result.json") }

  private static func write(_ document: JSON, to path: String) throws {
    let text = document.serialized(pretty: true) + "\n"
    try AtomicOutput.text(text, to: path)
  }
}
