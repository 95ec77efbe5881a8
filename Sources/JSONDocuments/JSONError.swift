/// An error of a damaged JSON document, or of a missing or unexpected value.
package enum JSONError: Error, Equatable, CustomStringConvertible {
  /// A violation of JSON's grammar (RFC 8259) at a line and column, both from 1; columns count bytes.
  case syntax(source: String, line: Int, column: Int, reason: String)
  /// A text that is too large for the parser.
  case tooLarge(source: String, limit: Int, found: Int)
  /// A missing member. `path` is its dotted key path.
  case missing(source: String, path: String, expected: String)
  /// A value of an unexpected kind. `path` is empty for the whole document.
  case unexpected(source: String, path: String, expected: String, found: String)

  /// Whether a document is of a newer version than this program reads.
  package var isNewerVersion: Bool {
    if case .unexpected(_, "format_version", _, _) = self { true } else { false }
  }

  /// One sentence: the file, the key path, the found and the expected value.
  package var description: String {
    switch self {
    case .syntax(let source, let line, let column, let reason):
      "\(source): line \(line), column \(column): \(reason)"
    case .tooLarge(let source, let limit, let found):
      "\(source): \(found) bytes of JSON, expected at most \(limit)"
    case .missing(let source, let path, let expected):
      "\(source): \(path) is missing, expected \(expected)"
    case .unexpected(let source, let path, let expected, let found):
      "\(source): \(path.isEmpty ? "the document" : path) is \(found), expected \(expected)"
    }
  }
}
