import PromptLensJSONDocuments

/// The steps of `BertNormalizer` in `tokenizer.json`, in their order.
///
/// Source: `normalizers/bert.rs` of the tokenizers library.
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
        character.isIdeograph ? [0x20, character, 0x20] : [character]
      }
    }
    var result = Array(scalars.text.utf8)
    if stripsAccents {
      result = TextNormalizer.UnicodeForm.nfd.apply(result)
      var kept = String.UnicodeScalarView()
      for scalar in String(decoding: result, as: UTF8.self).unicodeScalars
      where !Self.isStripped(scalar) {
        kept.append(scalar)
      }
      result = Array(String(kept).utf8)
    }
    return lowercases ? TextNormalizer.lowercase.apply(result) : result
  }

  /// Returns whether a character is a mark without space in the library's tables, which are Unicode 8's.
  private static func isStripped(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.properties.generalCategory == .nonspacingMark, let age = scalar.properties.age, age.major <= 8 else {
      return false
    }
    // These became marks later.
    return ![0x1885, 0x1886, 0xA9BD, 0x111C9].contains(scalar.value)
  }

  private static func isControl(_ character: UInt32) -> Bool {
    if [0x09, 0x0A, 0x0D].contains(character) { return false }
    switch Unicode.Scalar(character)?.properties.generalCategory {
    case .control, .privateUse, .surrogate: return true
    // Its tables of format characters end with the basic plane.
    case .format: return character < 0x10000
    default: return false
    }
  }
}
