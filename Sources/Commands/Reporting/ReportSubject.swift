import PromptLensExperiments
import PromptLensFiles
import Foundation
import PromptLensPromptLearning

/// A folder that a report has a chapter on.
enum ReportSubject {
  /// A run of `promptlens train`.
  case run(RunFolder)
  /// What another command wrote: documents, tables and charts.
  case results(ResultFolder)

  /// The subjects at some paths, each once, in order.
  ///
  /// - Throws: `FileError` when a path does not exist or holds nothing to report on.
  static func all(at paths: [String]) throws -> [ReportSubject] {
    var seen: Set<String> = []
    var subjects: [ReportSubject] = []
    for path in paths {
      guard FileManager.default.fileExists(atPath: path) else {
        throw FileError.missing(path: path, expected: "a run folder, or a folder of results")
      }
      let found = try expanded(path, depth: 0)
      guard !found.isEmpty else {
        throw FileError.unreadable(
          path: path,
          reason: "it holds no run.json and no results (.json, .csv or .svg files); give a folder that "
            + "promptlens train, sweep merge or another command with --output wrote")
      }
      for (folder, subject) in found where seen.insert(folder).inserted { subjects.append(subject) }
    }
    return subjects
  }

  /// The folder itself, or what its folders hold: by name.
  private static func expanded(_ path: String, depth: Int) throws -> [(String, ReportSubject)] {
    let resolved = URL(fileURLWithPath: path).standardizedFileURL.path
    // Other commands describe their folders by a run.json too; a prompt's run has a context, or at least a log.
    let isPrompt = ["context.h5", "log.jsonl"].contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    if RunFolder.stands(at: path), isPrompt { return [(resolved, .run(try RunFolder(path)))] }
    if let results = try ResultFolder(path) { return [(resolved, .results(results))] }
    guard depth < 3 else { return [] }
    var found: [(String, ReportSubject)] = []
    let entries = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted { left, right in
      left.compare(right, options: .numeric) == .orderedAscending
    }
    for entry in entries where !entry.hasPrefix(".") && !["features", "claims", "pictures", "model"].contains(entry) {
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
