/// The repair of mojibake: text in UTF-8 that was read in a single-byte code page, such as "cafÃ©" for "café".
///
/// The decisions are those of ftfy 6.3.1 (Speer, 2019): text without a suspicious sequence is unchanged; otherwise the
/// first code page in which the text's bytes are UTF-8 is undone, and so on until there is nothing left to repair.
enum MojibakeRepair {
  static func repaired(_ text: [UInt32]) -> [UInt32] {
    var text = text
    while true {
      let next = step(text)
      if next == text { return text }
      text = next
    }
  }

  private static func step(_ text: [UInt32]) -> [UInt32] {
    guard !text.allSatisfy(\.isASCII), SequenceRules.suspicious.matches(text) else { return text }
    for page in CodePage.all {
      if let bytes = page.encode(text), let decoded = LooseUTF8.decode(mended(bytes, in: page)) { return decoded }
    }
    let partly = repairedInParts(text)
    if partly != text { return partly }
    if let decoded = latin1AsWindows1252(text), decoded != text { return decoded }
    return replacingC1Controls(text)
  }

  /// Undoes changes to a text's bytes that were made after they were misread.
  private static func mended(_ bytes: [UInt8], in page: CodePage) -> [UInt8] {
    var values = bytes.map { UInt32($0) }
    if page.mayHoldSpaces, SequenceRules.spaced.matches(values) { values = restoringA0(values) }
    if page.isSloppy {
      // Where a part of a sequence was lost, the whole becomes U+FFFD.
      values = SequenceRules.lossy.replacing(in: values) { _ in [0xEF, 0xBF, 0xBD] }
    }
    return values.map { UInt8($0) }
  }

  /// Puts back byte A0, a no-break space in Latin-1, where a space replaced it.
  private static func restoringA0(_ bytes: [UInt32]) -> [UInt32] {
    // "Ã " as a word is "à ": the space after the lost one was kept. Not so in Portuguese "às", "àquele".
    var split: [UInt32] = []
    for (index, byte) in bytes.enumerated() {
      if byte == 0x20, index > 0, bytes[index - 1] == 0xC3 {
        let rest = bytes[(index + 1)...]
        if !notAlone.contains(where: { rest.starts(with: $0) }) { split.append(0xA0) }
      }
      split.append(byte)
    }
    return SequenceRules.spaced.replacing(in: split) { $0.map { $0 == 0x20 ? 0xA0 : $0 } }
  }

  private static let notAlone = [" ", "quele", "quela", "quilo", "s "].map { [UInt32]($0) }

  /// Repairs each sequence that looks like misread UTF-8 inside other text.
  private static func repairedInParts(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var position = 0
    while position < text.count {
      var end = position
      if position == 0 || SequenceRules.continuation.match(text, at: position - 1) == nil {
        while end < text.count, let count = SequenceRules.utf8Seen.match(text, at: end) { end += count }
      }
      if end == position {
        result.append(text[position])
        position += 1
      } else {
        let piece = Array(text[position..<end])
        let isRepairable = piece.count < text.count && SequenceRules.suspicious.matches(piece)
        result += isRepairable ? repaired(piece) : piece
        position = end
      }
    }
    return result
  }

  /// Returns the text with Windows 1252's characters for the control characters of Latin-1, nil when it has none of
  /// these.
  private static func latin1AsWindows1252(_ text: [UInt32]) -> [UInt32]? {
    guard let bytes = CodePage.latin1.encode(text) else { return nil }
    let decoded = bytes.map { $0 == 0x1A ? 0x1A : CodePage.windows1252.decode($0) }
    return decoded.contains { 0x80...0x9F ~= $0 } ? nil : decoded
  }

  /// Replaces the control characters U+0080 to U+009F by the characters that Windows 1252 has for their bytes.
  static func replacingC1Controls(_ text: [UInt32]) -> [UInt32] {
    text.map { 0x80...0x9F ~= $0 ? CodePage.windows1252.decode(UInt8($0)) : $0 }
  }
}
