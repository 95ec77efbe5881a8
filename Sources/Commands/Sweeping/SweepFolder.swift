import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPromptLearning

/// A sweep's folder: `runs/ID`, a run folder for each task; `features`, which runs share; `claims`, who is at work on what.
struct SweepFolder: Sendable {
  let path: String
  /// Where features are kept.
  let features: String

  init(_ path: String, features: String? = nil) {
    self.path = path
    self.features = features ?? "\(path)/features"
  }

  /// How far a task is.
  enum State {
    /// Nothing was begun.
    case new
    /// Its run has no result yet.
    case begun
    /// Its result is sound.
    case finished(RunResult)
    /// Its result is not what was written, for this reason.
    case damaged(String)
  }

  /// Makes the folder.
  func make() throws {
    for folder in ["\(path)/runs", "\(path)/claims", features] { try AtomicOutput.makeFolder(at: folder) }
  }

  func run(_ id: String) -> String { "\(path)/runs/\(id)" }
  func claim(_ id: String) -> String { "\(path)/claims/\(id)" }

  /// How far a task is. A result counts when it says what a result says and the context is the one that it was measured with.
  func state(of id: String) -> State {
    let folder = run(id)
    guard RunFolder.stands(at: folder) else {
      return FileManager.default.fileExists(atPath: folder) ? .damaged("there is no run.json") : .new
    }
    do {
      guard let result = try RunFolder(folder).result else { return .begun }
      let found = try Fingerprint.of(try ContextFile.read("\(folder)/context.h5").vectors)
      guard found == result.contextSHA256 else { return .damaged("context.h5 is not the context that was measured") }
      return .finished(result)
    } catch {
      return .damaged("\(error)")
    }
  }

  /// Makes a task's folder fit to be gone on with: a damaged result is removed, and all of a run that cannot go on.
  ///
  /// - Returns: what was found and done, nil when there was nothing to do.
  /// - Throws: `FileError` when something cannot be removed.
  func repair(_ id: String) throws -> String? {
    let folder = run(id)
    var found: String?
    switch state(of: id) {
    case .new, .finished: return nil
    case .begun: break
    case .damaged(let reason): found = reason
    }
    let epoch: Int
    do {
      guard RunFolder.stands(at: folder) else {
        throw ExperimentError.badRun(path: folder, reason: "there is no run.json")
      }
      epoch = try RunFolder(folder).checkpoint()?.epoch ?? 0
    } catch {
      try remove(folder)
      return "its run is damaged (\(error)): done again from the start"
    }
    guard let found else { return "its run was stopped: going on after epoch \(epoch)" }
    try remove("\(folder)/result.json")
    return "its result is damaged (\(found)): done again"
  }

  private func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw FileError.unwritable(path: path, reason: "it is damaged and cannot be removed")
    }
  }

  /// The tasks that have a folder, in order of their ids.
  var ids: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/runs")) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }
}
