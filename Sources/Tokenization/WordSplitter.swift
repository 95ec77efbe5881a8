/// A kind of character, as far as splitting words needs it.
enum CharacterKind: Equatable {
  case letter, number, space, other

  init(_ category: Unicode.GeneralCategory) {
    switch category {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
    case .decimalNumber, .letterNumber, .otherNumber: self = .number
    default: self = .other
    }
  }

  init(_ scalar: Unicode.Scalar) {
    self = scalar.properties.isWhitespace ? .space : CharacterKind(scalar.properties.generalCategory)
  }
}

/// A splitter of cleaned text into the words that byte-pair encoding works on.
///
/// A word is a special text, one of the endings 's 't 're 've 'm 'll 'd, a run of letters, one digit, or a run of other
/// characters that aren't white space; at each position the first of these that fits is taken.
struct WordSplitter {
  /// A word, and whether it is a special text.
  struct Word {
    let range: Range<Int>
    let isSpecial: Bool
  }

  /// The texts that are split off as separate words.
  let specials: [[UInt8]]
  /// Whether the case of special texts and endings does not matter.
  let ignoresCase: Bool

  private static let endings = ["s", "t", "re", "ve", "m", "ll", "d"].map { Array($0.utf8) }

  /// Returns the word at or after a position, or nil without one before `limit`. `text` is UTF-8.
  func next(in text: [UInt8], from position: Int, to limit: Int) -> Word? {
    var start = position
    while start < limit {
      let (kind, end) = kind(of: text, at: start)
      switch kind {
      case .space: start = end
      case .letter: return Word(range: start..<run(of: .letter, in: text, from: end, to: limit), isSpecial: false)
      case .number: return Word(range: start..<end, isSpecial: false)
      case .other:
        if text[start] == UInt8(ascii: "<"), let end = special(in: text, at: start, to: limit) {
          return Word(range: start..<end, isSpecial: true)
        }
        if text[start] == UInt8(ascii: "'"), let end = ending(in: text, at: end, to: limit) {
          return Word(range: start..<end, isSpecial: false)
        }
        return Word(range: start..<run(of: .other, in: text, from: end, to: limit), isSpecial: false)
      }
    }
    return nil
  }

  private func special(in text: [UInt8], at start: Int, to limit: Int) -> Int? {
    for special in specials { if let end = match(special, in: text, at: start, to: limit) { return end } }
    return nil
  }

  private func ending(in text: [UInt8], at start: Int, to limit: Int) -> Int? {
    for ending in Self.endings { if let end = match(ending, in: text, at: start, to: limit) { return end } }
    return nil
  }

  /// Returns the end of `pattern`, ASCII in lower case, when it begins at a position. Without case, ſ is an s.
  private func match(_ pattern: [UInt8], in text: [UInt8], at start: Int, to limit: Int) -> Int? {
    var position = start
    for byte in pattern {
      guard position < limit else { return nil }
      let found = text[position]
      let isLetter = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= found
      if found == byte || ignoresCase && isLetter && found | 0x20 == byte {
        position += 1
      } else if ignoresCase, byte == UInt8(ascii: "s"), found == 0xC5, position + 1 < limit,
        text[position + 1] == 0xBF
      {
        position += 2
      } else {
        return nil
      }
    }
    return position
  }

  private func run(of kind: CharacterKind, in text: [UInt8], from start: Int, to limit: Int) -> Int {
    var position = start
    while position < limit {
      let (found, end) = self.kind(of: text, at: position)
      guard found == kind else { break }
      position = end
    }
    return position
  }

  private func kind(of text: [UInt8], at position: Int) -> (CharacterKind, end: Int) {
    let byte = text[position]
    guard byte >= 0x80 else { return (Self.ascii[Int(byte)], position + 1) }
    let count = min(byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, text.count - position)
    var value = UInt32(byte) & (0x7F >> UInt32(count))
    for offset in 1..<count { value = value << 6 | UInt32(text[position + offset] & 0x3F) }
    // Without case, the combining iota below counts as its letter ι, so it is nothing else, but no letter either.
    if ignoresCase, value == 0x345 { return (.space, position + count) }
    return (Unicode.Scalar(value).map { CharacterKind($0) } ?? .other, position + count)
  }

  private static let ascii: [CharacterKind] = (0..<128).map { CharacterKind(Unicode.Scalar(UInt8($0))) }
}
