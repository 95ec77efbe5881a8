import Foundation
import PromptLensCUTF8Proc
import PromptLensJSONDocuments

/// A normalizer of `tokenizer.json`: what is done to a text before it is split.
///
/// Source: the normalizers of Hugging Face's tokenizers library.
indirect enum TextNormalizer: Sendable {
  case sequence([TextNormalizer])
  case characterMap(CharacterMap)
  case replace(ReplacedPattern, by: [UInt8])
  case strip(left: Bool, right: Bool)
  case lowercase
  case unicode(UnicodeForm)
  case prepend([UInt8])
  case nmt
  /// SentencePiece's own: the longest keys of a map are replaced, runs of spaces become one.
  case sentencePiece(CharacterMap?, removesSpaces: Bool)
  /// BERT's: no control characters, plain spaces, ideographs as words, no accents, lower case, each where it is on.
  case bert(BERTCleaning)
  /// SigLIP's cleaning in transformers: lower case, no ASCII punctuation, single spaces.
  case sigLIP(lowercases: Bool)

  /// A normal form of Unicode.
  enum UnicodeForm: String, Sendable, CaseIterable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"
  }

  private static let known =
    "Precompiled, Replace, Strip, Lowercase, NFC, NFD, NFKC, NFKD, Prepend, Nmt, BertNormalizer or Sequence"

  /// Reads a normalizer; nil where the document has none.
  ///
  /// - Throws: `JSONError` for one that isn't known.
  init?(_ node: JSONNode?, depth: Int = 0) throws {
    guard let node else { return nil }
    let type = try node.string("type")
    switch type {
    case "Sequence":
      guard depth < 8 else { throw node.unexpected(expected: "sequences nested less than eight deep", found: "more") }
      self = .sequence(try node.array("normalizers").compactMap { try TextNormalizer($0, depth: depth + 1) })
    case "Precompiled": self = .characterMap(try CharacterMap(node.node("precompiled_charsmap", expected: "base64")))
    case "Replace":
      self = .replace(try ReplacedPattern(node.node("pattern")), by: Array(try node.string("content").utf8))
    case "Strip": self = .strip(left: try node.bool("strip_left"), right: try node.bool("strip_right"))
    case "Lowercase": self = .lowercase
    case "Prepend": self = .prepend(Array(try node.string("prepend").utf8))
    case "Nmt": self = .nmt
    case "SentencePiece":
      self = .sentencePiece(
        try node["precompiled_charsmap"].map { try CharacterMap($0) }, removesSpaces: try node.bool("removes_spaces"))
    case "BertNormalizer": self = .bert(try BERTCleaning(node))
    case "SigLIP": self = .sigLIP(lowercases: try node.bool("lowercase"))
    default:
      guard let form = UnicodeForm(rawValue: type) else {
        throw try node.node("type").unexpected(expected: Self.known, found: TokenizationError.shortened(type))
      }
      self = .unicode(form)
    }
  }

  /// How many times as long a text can become, but for what is put before it.
  var growth: Double {
    switch self {
    case .sequence(let steps): steps.reduce(1) { $0 * $1.growth }
    case .characterMap(let map): max(Double(map.longestReplacement), 1)
    // A space becomes three bytes.
    case .sentencePiece(let map, _): 3 * max(Double(map?.longestReplacement ?? 1), 1)
    case .sigLIP: 1.5
    // An ideograph of three bytes gets two spaces; decomposition and lower case as above.
    case .bert: 11 * 1.5 * 5 / 3
    case .replace(let pattern, let content): max(Double(content.count) / Double(pattern.leastLength), 1)
    // U+FDFA becomes 33 bytes of 3, U+0130 in lower case 3 of 2.
    case .unicode: 11
    case .lowercase: 1.5
    case .strip, .prepend, .nmt: 1
    }
  }

  /// Returns a text after normalization; both are UTF-8.
  func apply(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .sequence(let steps): return steps.reduce(text) { $1.apply($0) }
    case .characterMap(let map): return map.apply(text)
    case .replace(let pattern, let content): return pattern.replaced(in: text, by: content)
    case .strip(let left, let right):
      var scalars = String(decoding: text, as: UTF8.self).unicodeScalars[...]
      if left { scalars = scalars.drop { $0.properties.isWhitespace } }
      if right { while scalars.last?.properties.isWhitespace == true { scalars.removeLast() } }
      return Array(String(scalars).utf8)
    case .lowercase:
      var lower = ""
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars { lower += scalar.properties.lowercaseMapping }
      return Array(lower.utf8)
    case .unicode(let form): return form.apply(text)
    case .prepend(let mark): return text.isEmpty ? [] : mark + text
    case .nmt: return Self.cleaned(text)
    case .sentencePiece(let map, let removesSpaces):
      return SentencePieceSettings.normalized(text, by: map, removesSpaces: removesSpaces)
    case .bert(let cleaning): return cleaning.apply(text)
    case .sigLIP(let lowercases): return SentencePieceSettings.sigLIPText(text, lowercases: lowercases)
    }
  }

  /// Removes control characters and makes other spaces plain ones, as SentencePiece's training does.
  private static func cleaned(_ text: [UInt8]) -> [UInt8] {
    var result = String.UnicodeScalarView()
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: continue
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: result.append(" ")
      default: result.append(scalar)
      }
    }
    return Array(String(result).utf8)
  }
}

extension TextNormalizer.UnicodeForm {
  /// Returns a text in this form.
  func apply(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(where: { $0 >= 0x80 }) else { return text }
    let options: UInt32 =
      switch self {
      case .nfc: UTF8PROC_COMPOSE.rawValue
      case .nfd: UTF8PROC_DECOMPOSE.rawValue
      case .nfkc: UTF8PROC_COMPOSE.rawValue | UTF8PROC_COMPAT.rawValue
      case .nfkd: UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_COMPAT.rawValue
      }
    return text.withUnsafeBufferPointer { bytes in
      var result: UnsafeMutablePointer<UInt8>?
      let count = utf8proc_map(
        bytes.baseAddress, bytes.count, &result, utf8proc_option_t(UTF8PROC_STABLE.rawValue | options))
      defer { free(result) }
      // It only fails when memory is exhausted.
      guard count >= 0, let result else { return text }
      return Array(UnsafeBufferPointer(start: result, count: count))
    }
  }
}

/// The pattern of a replacement or a split in `tokenizer.json`.
enum ReplacedPattern: Sendable, Equatable {
  case text([UInt8])
  /// A run of spaces of at least a length.
  case spaces(atLeast: Int)
  /// A run of white space.
  case whitespace
  /// A character of ASCII's punctuation.
  case punctuation
  /// A character of ASCII's or Unicode's punctuation.
  case anyPunctuation

  /// The expression of ``punctuation``.
  static let punctuationExpression = "[!-/:-@\\[-`{-~]"

  /// Reads a pattern.
  ///
  /// - Throws: `JSONError` for an empty text, or for a regular expression other than a run of spaces or white space.
  init(_ node: JSONNode) throws(JSONError) {
    if let text = try node.optionalString("String") {
      guard !text.isEmpty else { throw node.unexpected(expected: "a text to look for", found: "an empty one") }
      self = .text(Array(text.utf8))
      return
    }
    let expression = try node.string("Regex")
    switch expression {
    case " +": self = .spaces(atLeast: 1)
    case " {2,}": self = .spaces(atLeast: 2)
    case "\\s+": self = .whitespace
    case Self.punctuationExpression: self = .punctuation
    default:
      throw node.unexpected(
        expected: "a text, or one of the expressions \" +\", \" {2,}\" and \"\\s+\"",
        found: "\"\(TokenizationError.shortened(expression))\"")
    }
  }

  /// The number of bytes that the pattern takes at least.
  var leastLength: Int {
    switch self {
    case .text(let text): text.count
    case .spaces(let least): least
    case .whitespace, .punctuation, .anyPunctuation: 1
    }
  }

  /// Returns the end of the pattern at a position; nil where it isn't there.
  func end(in text: [UInt8], at position: Int) -> Int? {
    switch self {
    case .text(let wanted):
      guard text.count - position >= wanted.count, text[position] == wanted[0] else { return nil }
      return text[position..<position + wanted.count].elementsEqual(wanted) ? position + wanted.count : nil
    case .spaces(let least):
      let end = text[position...].firstIndex { $0 != 0x20 } ?? text.count
      return end - position >= least ? end : nil
    case .anyPunctuation:
      let (scalar, next) = UTF8Text.scalar(of: text, at: position)
      return scalar.isPunctuation ? next : nil
    case .punctuation: return UInt32(text[position]).isASCIIPunctuation ? position + 1 : nil
    case .whitespace:
      var end = position
      while end < text.count {
        let (scalar, next) = UTF8Text.scalar(of: text, at: end)
        guard scalar.isSpace else { break }
        end = next
      }
      return end > position ? end : nil
    }
  }

  func replaced(in text: [UInt8], by content: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      if let end = end(in: text, at: position) {
        result += content
        position = end
      } else {
        let next = UTF8Text.scalar(of: text, at: position).end
        result += text[position..<next]
        position = next
      }
    }
    return result
  }
}

/// Code points of UTF-8.
enum UTF8Text {
  /// Returns the code point at a position, and the position after it.
  static func scalar(of text: [UInt8], at position: Int) -> (UInt32, end: Int) {
    let byte = text[position]
    // A byte inside a character is no code point.
    guard byte >= 0xC0 else { return (byte < 0x80 ? UInt32(byte) : 0xFFFD, position + 1) }
    let count = min(byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, text.count - position)
    var value = UInt32(byte) & (0x7F >> UInt32(count))
    for offset in 1..<count { value = value << 6 | UInt32(text[position + offset] & 0x3F) }
    return (value, position + count)
  }
}
