/// HTML's character references: `&amp;`, `&#233;`, `&#xE9;`.
enum HTMLCharacters {
  /// Replaces references as browsers and Python's `html.unescape` do: also without a semicolon, and by the longest name
  /// that fits.
  static func unescaped(_ text: [UInt32]) -> [UInt32] {
    replacingReferences(in: text) { text, start in
      let next = start + 1 < text.count ? text[start + 1] : 0
      if next == 0x23 { return numeric(text, at: start) }
      var end = start + 1
      while end < text.count, end - start <= 32, !breaksName(text[end]) { end += 1 }
      guard end > start + 1 else { return nil }
      let name = text[(start + 1)..<end]
      if end < text.count, text[end] == 0x3B, let characters = table.characters[key(name)] {
        return (characters, end + 1 - start)
      }
      for last in stride(from: end, to: start + 2, by: -1) {
        let key = key(text[(start + 1)..<last])
        if table.isBare.contains(key), let characters = table.characters[key] { return (characters, last - start) }
      }
      return nil
    }
  }

  /// Replaces only unambiguous references, those with a semicolon, but also names in capitals, as ftfy does.
  static func unescapedClearly(_ text: [UInt32]) -> [UInt32] {
    replacingReferences(in: text) { text, start in
      let isNumeric = start + 1 < text.count && text[start + 1] == 0x23
      let first = start + (isNumeric ? 2 : 1)
      var end = first
      while end < text.count, end - first <= 24, text[end].isASCIILetter || text[end].isASCIIDigit { end += 1 }
      guard 1...24 ~= end - first, end < text.count, text[end] == 0x3B else { return nil }
      guard isNumeric else {
        let key = key(text[first..<end])
        return (table.characters[key] ?? table.shouted[key]).map { ($0, end + 1 - start) }
      }
      // A semicolon in the result remains a reference.
      guard let (characters, count) = numeric(text, at: start), count == end + 1 - start, characters != [0x3B] else {
        return nil
      }
      return (characters, count)
    }
  }

  private static func replacingReferences(
    in text: [UInt32], _ reference: ([UInt32], Int) -> (characters: [UInt32], count: Int)?
  ) -> [UInt32] {
    guard text.contains(0x26) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      if text[position] == 0x26, let (characters, count) = reference(text, position) {
        result += characters
        position += count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }

  private static func breaksName(_ character: UInt32) -> Bool {
    [0x09, 0x0A, 0x0C, 0x20, 0x3C, 0x26, 0x23, 0x3B].contains(character)
  }

  // MARK: Numbers

  /// Returns the reference by number at a position, with its semicolon if it has one.
  private static func numeric(_ text: [UInt32], at start: Int) -> ([UInt32], Int)? {
    let isHexadecimal = start + 2 < text.count && text[start + 2] | 0x20 == 0x78
    let first = start + (isHexadecimal ? 3 : 2)
    var end = first
    var number = 0
    while end < text.count, let digit = digit(text[end], radix: isHexadecimal ? 16 : 10) {
      number = min(number * (isHexadecimal ? 16 : 10) + digit, 0x110000)
      end += 1
    }
    guard end > first else { return nil }
    if end < text.count, text[end] == 0x3B { end += 1 }
    return (character(number), end - start)
  }

  private static func digit(_ character: UInt32, radix: Int) -> Int? {
    guard character.isASCII, let digit = Character(Unicode.Scalar(UInt8(character))).hexDigitValue else { return nil }
    return digit < radix ? digit : nil
  }

  /// Returns the character of a number in HTML 5: Windows 1252 among the controls, U+FFFD for an invalid number,
  /// nothing for one that isn't allowed.
  private static func character(_ number: Int) -> [UInt32] {
    switch number {
    case 0, 0xD800...0xDFFF, 0x110000...: [0xFFFD]
    case 0x0D: [0x0D]
    case 0x80...0x9F: [CodePage.windows1252.decode(UInt8(number))]
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: []
    case _ where number & 0xFFFE == 0xFFFE: []
    default: [UInt32(number)]
    }
  }

  // MARK: Names

  private struct Table: Sendable {
    /// The characters of each name.
    var characters: [[UInt8]: [UInt32]] = [:]
    /// The names that don't need a semicolon.
    var isBare: Set<[UInt8]> = []
    /// Names in capitals that aren't part of HTML.
    var shouted: [[UInt8]: [UInt32]] = [:]
  }

  private static let table: Table = {
    var table = Table()
    for entry in TextTables.entities.split(separator: " ") {
      let parts = entry.split(separator: "=")
      let isBare = parts[0].hasSuffix("!")
      let key = Array((isBare ? parts[0].dropLast() : parts[0]).utf8)
      table.characters[key] = TextTables.points(parts[1])
      if isBare { table.isBare.insert(key) }
    }
    for entry in TextTables.shoutedEntities.split(separator: " ") {
      let parts = entry.split(separator: "=")
      table.shouted[Array(parts[0].utf8)] = TextTables.points(parts[1])
    }
    return table
  }()

  /// Returns a name as a key; empty for names that aren't ASCII.
  private static func key(_ name: ArraySlice<UInt32>) -> [UInt8] {
    name.allSatisfy(\.isASCII) ? name.map { UInt8($0) } : []
  }
}

extension TextTables {
  /// Reads `41+42` as two code points.
  static func points(_ text: some StringProtocol) -> [UInt32] {
    text.split(separator: "+").compactMap { UInt32($0, radix: 16) }
  }

  /// Reads `fb01=66+69 …` as a map from one code point to some.
  static func map(_ text: String) -> [UInt32: [UInt32]] {
    var map: [UInt32: [UInt32]] = [:]
    for entry in text.split(separator: " ") {
      let parts = entry.split(separator: "=")
      if let from = UInt32(parts[0], radix: 16) { map[from] = points(parts[1]) }
    }
    return map
  }
}
