import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning

/// The folder of a sweep: `runs/ID`, a run folder for each task; `features`, which runs share; `claims`, the locks of
/// running processes.
package struct SweepFolder: Sendable {
  /// The path of the folder.
  package let path: String
  /// The path of the folder of features.
  package let features: String
  /// Whether images that cannot be read are left out of the features, and named.
  package let skipsUnreadable: Bool
  /// The bytes that all embedded patches may take in ``features``; 0 to keep none.
  package var patchSpace = PatchStore.defaultSpace

  /// Creates a description of a folder, without making it.
  ///
  /// - Parameters:
  ///   - path: its path.
  ///   - features: the folder of features; nil for `features` in the folder.
  ///   - skipsUnreadable: whether images that cannot be read are left out of the features, and named.
  package init(_ path: String, features: String? = nil, skipsUnreadable: Bool = false) {
    self.path = path
    self.features = features ?? "\(path)/features"
    self.skipsUnreadable = skipsUnreadable
  }

  /// The state of a task.
  package enum State {
    /// The task hasn't begun.
    case new
    /// The task's run is unfinished.
    case begun
    /// The task's result is valid.
    case finished(RunResult)
    /// The task's result is damaged, for this reason; the task must be repeated.
    case damaged(String)
  }

  /// Makes the folder.
  package func make() throws {
    for folder in ["\(path)/runs", "\(path)/claims", features] { try AtomicOutput.makeFolder(at: folder) }
  }

  /// Returns the path of a task's run folder.
  package func run(_ id: String) -> String { "\(path)/runs/\(id)" }
  /// Returns the path of a task's lock.
  package func claim(_ id: String) -> String { "\(path)/claims/\(id)" }

  /// Returns the state of a task.
  ///
  /// A result is valid when it can be read and belongs to the context in the folder; any other is damaged, and
  /// reported as such, since repeating the task gives the same bits.
  ///
  /// - Throws: `JSONError` for documents of a newer version, which mustn't be overwritten.
  package func state(of id: String) throws(JSONError) -> State {
    let folder = run(id)
    guard RunFolder.exists(at: folder) else {
      return FileManager.default.fileExists(atPath: folder) ? .damaged("there is no run.json") : .new
    }
    do {
      switch try RunFolder(folder).state {
      case .unfinished: return .begun
      case .damaged(let error): return .damaged("\(error)")
      case .finished(let result):
        let path = "\(folder)/context.h5"
        let found =
          try DeepPromptFile.exists(at: path)
          ? DeepPromptFile.fingerprint(of: DeepPromptFile(path: path).parameters)
          : Fingerprint.of(ContextFile.read(path).vectors)
        guard found == result.contextSHA256 else { return .damaged("context.h5 is not the context that was measured") }
        return .finished(result)
      }
    } catch let error as JSONError where error.isNewerVersion {
      throw error
    } catch {
      return .damaged("\(error)")
    }
  }

  /// Prepares a task's folder for resuming: removes a damaged result, or all of a run that can't be resumed.
  ///
  /// - Returns: a clause on the repair; nil if nothing was repaired.
  /// - Throws: `FileError` when something can't be removed.
  package func repair(_ id: String) throws -> String? {
    let folder = run(id)
    var found: String?
    switch try state(of: id) {
    case .new, .finished: return nil
    case .begun: break
    case .damaged(let reason): found = reason
    }
    let epoch: Int
    do {
      guard RunFolder.exists(at: folder) else {
        throw ExperimentError.badRun(path: folder, reason: "there is no run.json")
      }
      epoch = try RunFolder(folder).checkpoint()?.epoch ?? 0
    } catch {
      try remove(folder)
      return "its run is damaged (\(error)): done again from the start"
    }
    guard let found else { return "its run was stopped: resuming after epoch \(epoch)" }
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
  package var ids: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/runs")) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }
}
