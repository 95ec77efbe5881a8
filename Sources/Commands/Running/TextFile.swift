import Files
import Foundation
import JSONDocuments

/// Texts from a file: one a line, or a JSON array of strings; `-` is standard input.
enum TextFile {
  static func read(_ path: String) throws -> [String] {
    let bytes: [UInt8]
    if path == "-" {
      bytes = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
    } else {
      bytes = try MappedFile.contents(
        of: path, limit: 1 << 30, expected: "texts, one a line, or a JSON array of strings")
    }
    // A line of text may begin with a bracket too, so a file is JSON when it is one, or says so by its name.
    if bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "[") {
      do {
        return try JSONNode(source: path, value: JSON(parsing: bytes, source: path)).array().map { try $0.string() }
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
        throw CommandError.badTexts(path: path, reason: "line \(index + 1) is not UTF-8; convert the file to UTF-8")
      }
      return text
    }
  }
}
