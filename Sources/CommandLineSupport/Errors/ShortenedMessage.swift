/// Messages about values of any length, which may come from a damaged or a hostile file.
package enum ShortenedMessage {
  /// The characters of a word, or of what stands in quotes, that are shown in full; paths may be long.
  private static let limit = 300
  private static let shown = 120

  /// Returns a message with its very long words and quotations shortened to their beginning and end.
  package static func text(of message: String) -> String {
    guard message.utf8.count > limit else { return message }
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: " ", omittingEmptySubsequences: false).map { shortened($0) }.joined(separator: " ")
    }
    let parts = lines.joined(separator: "\n").split(separator: "\"", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0 % 2 == 1 ? shortened($1) : String($1) }.joined(separator: "\"")
  }

  private static func shortened(_ text: Substring) -> String {
    guard text.count > limit else { return String(text) }
    return "\(text.prefix(shown))…\(text.suffix(shown))"
  }
}
