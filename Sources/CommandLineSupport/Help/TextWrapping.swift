/// Text in lines of limited width.
package enum TextWrapping {
  /// Divides a text into lines at its spaces; a word that is longer than a line stands alone.
  package static func lines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Returns a command for a shell in lines of limited width, each but the last with a backslash at its end.
  ///
  /// - Parameters:
  ///   - text: the command, in one line.
  ///   - indent: the spaces before the first line; the others have two more.
  ///   - width: the columns of a line.
  /// - Returns: the lines.
  package static func command(_ text: String, indent: Int, width: Int) -> [String] {
    // Quoted words with spaces stay together, and an option with its value.
    var words: [String] = []
    var isOpen = false
    var awaitsValue = false
    for word in text.split(separator: " ") {
      if isOpen || awaitsValue && !word.hasPrefix("-"), let last = words.last {
        words[words.count - 1] = "\(last) \(word)"
      } else {
        words.append(String(word))
      }
      awaitsValue = !isOpen && word.hasPrefix("--")
      if word.count(where: { $0 == "\"" || $0 == "'" }) % 2 == 1 { isOpen.toggle() }
    }
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + word.count + 3 <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        if let last = lines.last { lines[lines.count - 1] = "\(last) \\" }
        lines.append(String(repeating: " ", count: lines.isEmpty ? indent : indent + 2) + word)
      }
    }
    return lines
  }
}
