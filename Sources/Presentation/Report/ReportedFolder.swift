import Foundation
import PromptLensExperiments
import PromptLensFiles

/// A folder with a section in a report.
enum ReportedFolder {
  /// A run of `promptlens train`.
  case run(RunFolder)
  /// The folder of `promptlens sweep run`.
  case sweep(SweepFolder)
  /// The output of another command.
  case results(ResultFolder)

  /// Finds the folders at some paths, each once, in order.
  ///
  /// - Throws: `FileError` when a path doesn't exist or contains nothing to report on; `JSONError` when a document is
  ///   damaged or of a newer version.
  static func all(at paths: [String]) throws -> [ReportedFolder] {
    var seen: Set<String> = []
    var folders: [ReportedFolder] = []
    for path in paths {
      guard FileManager.default.fileExists(atPath: path) else {
        throw FileError.missing(path: path, expected: "a run folder, or a folder of results")
      }
      let found = try expanded(path, depth: 0)
      guard !found.isEmpty else {
        throw FileError.unreadable(
          path: path,
          reason: "it contains neither run.json nor results (*\(ResultFiles.sectionSuffix) files); give a folder that "
            + "promptlens train, sweep merge or another command with --output wrote")
      }
      for (path, folder) in found where seen.insert(path).inserted { folders.append(folder) }
    }
    return folders
  }

  /// Returns a Boolean value that indicates whether a folder is a sweep's with finished tasks and without results of
  /// other commands.
  private static func isSweep(_ path: String) -> Bool {
    let runs = SweepFolder(path).ids.filter(SweepTask.isID)
    guard runs.contains(where: { FileManager.default.fileExists(atPath: "\(path)/runs/\($0)/result.json") }) else {
      return false
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    // Other commands keep their runs in such a folder, too.
    let others = ["base-to-new.json", "cross.json", "transfer.json", "leave-one-out.json", "result.json"]
    guard !names.contains(where: others.contains) else { return false }
    return !names.contains { $0.hasSuffix(ResultFiles.sectionSuffix) && $0 != "sweep\(ResultFiles.sectionSuffix)" }
  }

  /// Returns the folder itself, or the folders in it, by name.
  private static func expanded(_ path: String, depth: Int) throws -> [(String, ReportedFolder)] {
    let resolved = URL(fileURLWithPath: path).standardizedFileURL.path
    // Other commands also write a run.json; a prompt's run has a context, or at least a log.
    let isPrompt = ["context.h5", "log.jsonl"].contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    if RunFolder.exists(at: path), isPrompt { return [(resolved, .run(try RunFolder(path)))] }
    if isSweep(path) { return [(resolved, .sweep(SweepFolder(path)))] }
    if let results = try ResultFolder(path) { return [(resolved, .results(results))] }
    guard depth < 3 else { return [] }
    var found: [(String, ReportedFolder)] = []
    let entries = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted { left, right in
      left.compare(right, options: .numeric) == .orderedAscending
    }
    for entry in entries
    where !entry.hasPrefix(".") && !["features", "claims", "names", "pictures", "model"].contains(entry) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(path)/\(entry)", isDirectory: &isFolder), isFolder.boolValue
      else {
        continue
      }
      found += try expanded("\(path)/\(entry)", depth: depth + 1)
    }
    return found
  }
}
