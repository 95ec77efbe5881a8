// Text as an array of code points, as in Python and ftfy.

extension [UInt32] {
  /// Creates the code points of a string.
  init(_ text: String) { self = text.unicodeScalars.map(\.value) }

  /// The string. Numbers that aren't code points become U+FFFD.
  var text: String {
    var scalars = String.UnicodeScalarView()
    for value in self { scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}") }
    return String(scalars)
  }

  /// Returns the text without white space at both ends, in Python's sense.
  func stripped() -> [UInt32] {
    guard let first = firstIndex(where: { !$0.isPythonSpace }), let last = lastIndex(where: { !$0.isPythonSpace })
    else { return [] }
    return Array(self[first...last])
  }

  /// Returns the words of the text with one space between them, as Python's `" ".join(text.split())`.
  func words() -> [UInt32] { Array(split(whereSeparator: \.isPythonSpace).joined(separator: [0x20])) }

  /// Returns the text with each run of Unicode's white space replaced by one space.
  func collapsed() -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(count)
    var isAfterSpace = false
    for character in self {
      let isSpace = character.isSpace
      if !isSpace { result.append(character) } else if !isAfterSpace { result.append(0x20) }
      isAfterSpace = isSpace
    }
    return result
  }
}

extension UInt32 {
  var isASCII: Bool { self < 0x80 }

  var isASCIIDigit: Bool { 0x30...0x39 ~= self }

  /// Whether this is one of Python's `string.punctuation`.
  var isASCIIPunctuation: Bool { self > 0x20 && self < 0x7F && !isASCIILetter && !isASCIIDigit }

  /// The category in Unicode 8, whose tables the tokenizers library has: that of today except where it changed, and none
  /// for later characters.
  var categoryInUnicode8: Unicode.GeneralCategory {
    switch self {
    case 0x1734: return .nonspacingMark
    case 0x166D, 0x111C9: return .otherPunctuation
    case 0x1885, 0x1886: return .otherLetter
    case 0xA9BD: return .spacingMark
    default:
      guard let properties, let age = properties.age, age.major <= 8 else { return .unassigned }
      return properties.generalCategory
    }
  }

  /// Whether the tokenizers library takes this for punctuation: ASCII's or Unicode 8's.
  var isPunctuation: Bool {
    if isASCII { return isASCIIPunctuation }
    switch categoryInUnicode8 {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  var isASCIILetter: Bool { 0x61...0x7A ~= self | 0x20 }

  private var properties: Unicode.Scalar.Properties? { Unicode.Scalar(self)?.properties }

  /// Unicode's White_Space.
  var isSpace: Bool {
    if isASCII { return self == 0x20 || 0x09...0x0D ~= self }
    return properties?.isWhitespace == true
  }

  /// Python's `str.isspace`, which adds four separators among the control characters.
  var isPythonSpace: Bool { isSpace || 0x1C...0x1F ~= self }

  /// Whether transformers treats the character as a control: Unicode's category C in Python 3.11, which includes
  /// characters that Unicode 14 doesn't have, but neither tabs nor line ends.
  var isPythonControl: Bool {
    if isASCII { return self < 0x20 && self != 0x09 && self != 0x0A && self != 0x0D || self == 0x7F }
    guard let properties, isOfUnicode14 else { return true }
    switch properties.generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned: return true
    default: return false
    }
  }

  /// Whether transformers writes a space around the character: the ideographs of Chinese, Japanese and Korean.
  var isIdeograph: Bool {
    switch self {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// Python's `\d`: decimal digits of all scripts.
  var isDecimalDigit: Bool {
    isASCII ? isASCIIDigit : properties?.generalCategory == .decimalNumber
  }

  /// Python's `\w`: letters, numbers and the underscore.
  var isWordCharacter: Bool {
    if isASCII { return isASCIILetter || isASCIIDigit || self == 0x5F }
    guard let properties else { return false }
    return CharacterKind(properties.generalCategory) == .letter || properties.numericType != nil
  }

  /// Whether Unicode 14, Python 3.11's, has the character.
  var isOfUnicode14: Bool { properties?.age.map { $0.major <= 14 } == true }

  /// Letters with case, and characters that may come between them without breaking a word.
  fileprivate var isCased: Bool { properties?.isCased == true && isOfUnicode14 }
  fileprivate var isCaseIgnorable: Bool { properties?.isCaseIgnorable == true && isOfUnicode14 }

  /// The lower-case form; letters that are younger than Unicode 14 have none, as in Python 3.11.
  var lowercase: [UInt32] {
    if isASCII { return [0x41...0x5A ~= self ? self | 0x20 : self] }
    guard let properties else { return [self] }
    let lower = [UInt32](properties.lowercaseMapping)
    guard lower != [self], isOfUnicode14, lower.allSatisfy(\.isOfUnicode14) else { return [self] }
    return lower
  }
}

extension [UInt32] {
  /// Returns the text in lower case, as Python's `str.lower`: each code point's lower-case form, and σ or, at the end
  /// of a word, ς for Σ.
  func lowercased() -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(count)
    for (index, character) in enumerated() {
      if character.isASCII {
        result.append(0x41...0x5A ~= character ? character | 0x20 : character)
      } else if character == 0x3A3 {
        result.append(isFinalSigma(at: index) ? 0x3C2 : 0x3C3)
      } else {
        result += character.lowercase
      }
    }
    return result
  }

  /// Returns whether Σ follows a letter of its word and precedes none (Unicode, table 3-17, Final_Sigma).
  private func isFinalSigma(at index: Int) -> Bool {
    guard let before = self[..<index].last(where: { !$0.isCaseIgnorable }), before.isCased else { return false }
    guard let after = self[(index + 1)...].first(where: { !$0.isCaseIgnorable }) else { return true }
    return !after.isCased
  }
}
