/// A single-byte encoding: ASCII and 128 other characters.
struct CodePage: Sendable {
  /// Whether undefined bytes decode to the code point of the same number, and byte 0x1A for U+FFFD, which marks
  /// where a character was lost.
  let isSloppy: Bool
  /// Whether byte 0x20 can be a space that replaced byte 0xA0. In MacRoman that would be an en dash and a space.
  let mayHoldSpaces: Bool
  private let characters: [UInt32]
  private let bytes: [UInt32: UInt8]

  private init(_ table: String, isSloppy: Bool = false, mayHoldSpaces: Bool = true) {
    self.isSloppy = isSloppy
    self.mayHoldSpaces = mayHoldSpaces
    var characters = Array(0..<UInt32(128)) + table.split(separator: " ").map { UInt32($0, radix: 16) ?? 0xFFFD }
    if isSloppy { characters[0x1A] = 0xFFFD }
    self.characters = characters
    bytes = Dictionary(zip(characters, 0...255), uniquingKeysWith: { first, _ in first })
  }

  /// Returns the bytes that decode to this text; nil if the code page lacks one of its characters.
  func encode(_ text: [UInt32]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for character in text {
      if character.isASCII, character != 0x1A {
        result.append(UInt8(character))
      } else if let byte = bytes[character] {
        result.append(byte)
      } else {
        return nil
      }
    }
    return result
  }

  /// Returns the character of a byte.
  func decode(_ byte: UInt8) -> UInt32 { characters[Int(byte)] }
}

extension CodePage {
  static let latin1 = CodePage(TextTables.codePage0)
  static let windows1252 = CodePage(TextTables.codePage1, isSloppy: true)

  /// The code pages in which text is most often misread, in the order of the attempts: Latin-1, Windows 1252,
  /// 1251, 1250, 1253, 1254 and 1257, ISO 8859-2, MacRoman and DOS 437.
  static let all: [CodePage] = [
    latin1, windows1252,
    CodePage(TextTables.codePage2, isSloppy: true), CodePage(TextTables.codePage3, isSloppy: true),
    CodePage(TextTables.codePage4, isSloppy: true), CodePage(TextTables.codePage5, isSloppy: true),
    CodePage(TextTables.codePage6, isSloppy: true), CodePage(TextTables.codePage7),
    CodePage(TextTables.codePage8, mayHoldSpaces: false), CodePage(TextTables.codePage9),
  ]
}
