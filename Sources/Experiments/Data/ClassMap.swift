import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments

/// A file that maps a target's classes to the source's.
///
/// It has lines of the target's class, a tab and the source's class, which is empty if the source has no such class; or
/// it is a JSON object with the same content. Classes are names or WordNet ids.
package struct ClassMap {
  package let path: String
  package let pairs: [ClassMatching.Pair]

  /// Reads a mapping file.
  ///
  /// - Throws: `FileError`, `JSONError`, ``ExperimentError/badTexts(path:reason:)`` for a line that isn't a pair.
  package init(contentsOf path: String) throws {
    self.path = path
    if path.lowercased().hasSuffix(".json") {
      let root = try JSONNode(contentsOf: path)
      pairs = try root.object().map { name, value in
        guard value != .null else { return ClassMatching.Pair(target: name, source: nil) }
        return ClassMatching.Pair(
          target: name, source: try JSONNode(source: path, path: name, value: value).string())
      }
      return
    }
    var lines: [String: Int] = [:]
    pairs = try TextFile.read(path).enumerated().compactMap { index, line in
      guard !line.isEmpty else { return nil }
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ExperimentError.badTexts(
          path: path,
          reason: "line \(index + 1) isn't a pair; expected the target's class, a tab and the source's class")
      }
      if let first = lines.updateValue(index + 1, forKey: parts[0]) {
        throw ExperimentError.badTexts(
          path: path, reason: "line \(index + 1) repeats \"\(parts[0])\" of line \(first)")
      }
      return ClassMatching.Pair(target: parts[0], source: parts[1].isEmpty ? nil : parts[1])
    }
  }

  /// Checks that every name of a target class belongs to one of the targets.
  ///
  /// - Throws: ``ExperimentError/badTexts(path:reason:)``.
  package func check(against targets: [ClassMatching.Classes]) throws(ExperimentError) {
    if let unknown = ClassMatching.firstUnknown(pairs, in: targets) {
      throw .badTexts(
        path: path,
        reason: "\"\(unknown)\" isn't a class of \(targets.map(\.owner).joined(separator: " or ")); "
          + "a line begins with the name of a target's class in its data set")
    }
  }
}
