/// An error of an invalid vocabulary, or of a text that is too long.
package enum TokenizationError: Error, Equatable, CustomStringConvertible {
  /// An invalid line of a merges file, counted from 1.
  case line(file: String, line: Int, expected: String, found: String)
  /// Invalid contents of a file, or of a part of it.
  case vocabulary(file: String, expected: String, found: String)
  /// A text with more tokens than the model has positions. `text` is shortened.
  case tooLong(text: String, count: Int, limit: Int)

  /// One sentence: the file or text, the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .line(let file, let line, let expected, let found):
      "\(file): line \(line) is \(found), expected \(expected)"
    case .vocabulary(let file, let expected, let found):
      "\(file): found \(found), expected \(expected)"
    case .tooLong(let text, let count, let limit):
      "\"\(text)\" has \(count) tokens with start and end, expected at most \(limit): shorten it or pass --truncate"
    }
  }

  /// Returns at most `length` characters of an external text, on one line.
  static func shortened(_ text: some StringProtocol, to length: Int = 60) -> String {
    let line = text.prefix(length).map { $0.isNewline ? " " : String($0) }.joined()
    return text.dropFirst(length).isEmpty ? line : line + "…"
  }
}
