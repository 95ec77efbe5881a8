/// The repair of text, as in ftfy 6.3.1's `fix_text` with its default settings: mojibake, HTML references, ligatures,
/// full-width forms, curly quotes, line breaks, terminal escapes, control characters, and composition to NFC.
enum TextRepair {
  /// The maximum length of a part that is repaired separately: a line, or this number of code points of a longer one.
  private static let longestPart = 1_000_000
  /// The largest number of times that a part is repaired again because the last time changed something. Each reference
  /// within a reference, such as `&amp;amp;`, takes one time, so ordinary text needs a few; the limit keeps hostile
  /// text from taking hours.
  private static let mostRounds = 1000

  static func repaired(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    // Text with a "<" may be intended HTML, so its references stay from there on.
    var unescapes = true
    var position = 0
    while position < text.count {
      let newline = text[position...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
      let end = min(newline, position + longestPart)
      let part = Array(text[position..<end])
      if part.contains(0x3C) { unescapes = false }
      result += repaired(part: part, unescapes: unescapes)
      position = end
    }
    return result
  }

  private static func repaired(part: [UInt32], unescapes: Bool) -> [UInt32] {
    var text = part
    for _ in 0..<mostRounds {
      let before = text
      if unescapes { text = HTMLCharacters.unescapedClearly(text) }
      if !text.allSatisfy(\.isASCII) {
        text = MojibakeRepair.repaired(text)
        text = MojibakeRepair.replacingC1Controls(text)
        text = replacing(text, by: ligatures)
        text = replacing(text, by: widths)
        text = text.map(uncurled)
      }
      text = unifyingLineBreaks(text)
      text = removingTerminalEscapes(text)
      text.removeAll(where: isUnwantedControl)
      text = CanonicalComposition.composed(text)
      if text == before { break }
    }
    return text
  }

  // MARK: Character by character

  private static let ligatures = TextTables.map(TextTables.ligatures)
  private static let widths = TextTables.map(TextTables.widths)

  private static func replacing(_ text: [UInt32], by map: [UInt32: [UInt32]]) -> [UInt32] {
    guard text.contains(where: { $0 >= 0x132 && map[$0] != nil }) else { return text }
    return text.flatMap { map[$0] ?? [$0] }
  }

  private static func uncurled(_ character: UInt32) -> UInt32 {
    switch character {
    case 0x2BC, 0x2018...0x201B: 0x27
    case 0x201C...0x201F: 0x22
    default: character
    }
  }

  /// Returns whether a character is an invisible control: not tab, line feed and form feed, nor those that join letters
  /// or set their direction.
  private static func isUnwantedControl(_ character: UInt32) -> Bool {
    switch character {
    case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: true
    default: false
    }
  }

  // MARK: Sequences

  private static func unifyingLineBreaks(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 == 0x0D || $0 == 0x85 || $0 == 0x2028 || $0 == 0x2029 }) else { return text }
    var result: [UInt32] = []
    for (index, character) in text.enumerated() {
      switch character {
      case 0x0A where index > 0 && text[index - 1] == 0x0D: continue
      case 0x0D, 0x85, 0x2028, 0x2029: result.append(0x0A)
      default: result.append(character)
      }
    }
    return result
  }

  /// Removes ANSI sequences such as ESC `[1;31m`.
  private static func removingTerminalEscapes(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(0x1B) else { return text }
    var result: [UInt32] = []
    var position = 0
    while position < text.count {
      if let end = endOfTerminalEscape(text, at: position) {
        position = end
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }

  private static func endOfTerminalEscape(_ text: [UInt32], at start: Int) -> Int? {
    guard text[start] == 0x1B, start + 1 < text.count, text[start + 1] == 0x5B else { return nil }
    let end = text[(start + 2)...].firstIndex { !$0.isDecimalDigit && $0 != 0x3B } ?? text.count
    return end < text.count && text[end].isASCIILetter ? end + 1 : nil
  }
}
