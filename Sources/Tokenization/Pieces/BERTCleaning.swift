import PromptLensJSONDocuments

/// The steps of `BertNormalizer` in `tokenizer.json`, in their order.
///
/// Source: `normalizers/bert.rs` of the tokenizers library, whose categories of characters are Unicode 8's.
struct BERTCleaning: Sendable {
  private let cleans: Bool
  private let separatesIdeographs: Bool
  private let stripsAccents: Bool
  private let lowercases: Bool

  /// Reads the steps; accents go with capitals unless the document says otherwise.
  init(_ node: JSONNode) throws(JSONError) {
    cleans = try node.optionalBool("clean_text") ?? true
    separatesIdeographs = try node.optionalBool("handle_chinese_chars") ?? true
    lowercases = try node.optionalBool("lowercase") ?? true
    stripsAccents = try node.optionalBool("strip_accents") ?? lowercases
  }

  /// Returns a text after the steps; both are UTF-8.
  func apply(_ text: [UInt8]) -> [UInt8] {
    var scalars = [UInt32](String(decoding: text, as: UTF8.self))
    if cleans {
      scalars = scalars.compactMap { character -> UInt32? in
        if character == 0 || character == 0xFFFD || Self.isControl(character) { return nil }
        return character.isSpace ? 0x20 : character
      }
    }
    if separatesIdeographs {
      scalars = scalars.flatMap { character -> [UInt32] in
        Self.isIdeograph(character) ? [0x20, character, 0x20] : [character]
      }
    }
    var result = Array(scalars.text.utf8)
    if stripsAccents {
      result = TextNormalizer.UnicodeForm.nfd.apply(result)
      var kept = String.UnicodeScalarView()
      for scalar in String(decoding: result, as: UTF8.self).unicodeScalars
      where scalar.value.categoryInUnicode8 != .nonspacingMark {
        kept.append(scalar)
      }
      result = Array(String(kept).utf8)
    }
    return lowercases ? TextNormalizer.lowercase.apply(result) : result
  }

  private static func isControl(_ character: UInt32) -> Bool {
    if [0x09, 0x0A, 0x0D].contains(character) { return false }
    switch character.categoryInUnicode8 {
    case .control, .format, .privateUse, .surrogate: return true
    default: return false
    }
  }

  /// Returns whether a character is an ideograph there, where a few of transformers' are missing.
  private static func isIdeograph(_ character: UInt32) -> Bool {
    character.isIdeograph && !(0x2B820..<0x2B920 ~= character)
  }
}
