import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments

/// A reader of texts in a file: one a line, or a JSON array of strings; `-` is standard input.
package enum TextFile {
  /// Reads the texts of a file.
  ///
  /// - Throws: `FileError`; `JSONError` for an array of something else in a file that is called `.json`;
  ///   ``ExperimentError/badTexts(path:reason:)`` for a line that is not UTF-8.
  package static func read(_ path: String) throws -> [String] {
    let name = path == "-" ? "standard input" : path
    var bytes: ArraySlice<UInt8>
    if path == "-" {
      bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())[...]
    } else {
      bytes = try MappedFile.contents(
        of: path, limit: 1 << 30, expected: "texts, one a line, or a JSON array of strings")[...]
    }
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.starts(with: byteOrderMark) { bytes = bytes.dropFirst(byteOrderMark.count) }
    // A line of text may also begin with a bracket, so a file is JSON if it parses as JSON or has the extension.
    if bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "[") {
      do {
        let document = JSONNode(source: name, value: try JSON(parsing: Array(bytes), source: name))
        return try document.array().map { try $0.string() }
      } catch let error where path.hasSuffix(".json") {
        throw error
      } catch {
        // Lines that begin with a bracket.
      }
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return try lines.enumerated().map { index, line in
      guard let text = String(validating: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
      else {
        throw ExperimentError.badTexts(path: name, reason: "line \(index + 1) is not UTF-8; convert it to UTF-8")
      }
      return text
    }
  }

  /// Reads the class names of a file; empty lines at its end are ignored. A list that names folders, WordNet ids or
  /// numbers beside the names is read as `ClassList` reads it.
  ///
  /// - Throws: the errors of ``read(_:)``; ``ExperimentError/badTexts(path:reason:)`` without a name, or for an empty
  ///   one.
  package static func classNames(_ path: String) throws -> [String] {
    let ending = path.lowercased()
    if path != "-", ending.hasSuffix(".csv") || ending.hasSuffix(".tsv") {
      return try ClassList(contentsOf: path).names
    }
    if ending.hasSuffix(".json"), case .object = try JSON(contentsOf: path) {
      return try ClassList(contentsOf: path).names
    }
    var names = try read(path)
    while names.last?.isEmpty == true { names.removeLast() }
    guard !names.isEmpty else {
      throw ExperimentError.badTexts(
        path: path, reason: "it contains no class names; expected one a line, or a JSON array")
    }
    if let index = names.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw ExperimentError.badTexts(path: path, reason: "class name \(index + 1) is empty, expected a name")
    }
    // Lines of folders and names; other names stay as they are written.
    if path != "-", !ending.hasSuffix(".json") {
      if let listed = try ClassList(contentsOf: path).folderNames { return listed }
    }
    return names
  }
}
