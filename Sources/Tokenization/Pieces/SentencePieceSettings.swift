import PromptLensJSONDocuments

/// The normalization of texts by SentencePiece and by SigLIP's tokenizer, before they are divided.
enum SentencePieceSettings {
  private static let space: UInt8 = 0x20
  private static let mark = Array("▁".utf8)

  /// Returns a text as SentencePiece normalizes it, without the prefix that it puts first.
  ///
  /// Source: `Normalizer::Normalize` of SentencePiece.
  static func normalized(_ text: [UInt8], by map: CharacterMap?, removesSpaces: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count + 16)
    var wasSpace = removesSpaces
    var position = 0
    while position < text.count {
      var part: ArraySlice<UInt8>
      if let found = map?.longest(in: text, at: position) {
        part = found.replacement
        position += found.count
      } else {
        let end = UTF8Text.scalar(of: text, at: position).end
        part = text[position..<end]
        position = end
      }
      while wasSpace, part.first == space { part = part.dropFirst() }
      guard let last = part.last else { continue }
      for byte in part { if byte == space { result += mark } else { result.append(byte) } }
      wasSpace = removesSpaces && last == space
    }
    if removesSpaces { while result.suffix(mark.count).elementsEqual(mark) { result.removeLast(mark.count) } }
    return result
  }

  /// Returns a text as transformers' `SiglipTokenizer` cleans it.
  static func sigLIPText(_ text: [UInt8], lowercases: Bool) -> [UInt8] {
    var scalars = [UInt32](String(decoding: text, as: UTF8.self)).map { $0 == 0x2581 ? 0x20 : $0 }
    if lowercases { scalars = scalars.lowercased() }
    return Array(scalars.filter { !$0.isASCIIPunctuation }.words().text.utf8)
  }

  /// Returns a document in which steps of SentencePiece's and SigLIP's own stand as steps of the tokenizers library, which
  /// replaces the shortest keys of a map within a letter and its marks instead of the longest.
  static func portable(_ document: JSON.Object) -> JSON.Object {
    guard case .object(let normalizer)? = document["normalizer"], case .array(let steps)? = normalizer["normalizers"]
    else { return document }
    let replaced = steps.flatMap { step -> [JSON] in
      guard case .object(let members) = step else { return [step] }
      switch members["type"] {
      case .string("SigLIP"):
        var parts: [JSON] = [["type": "Replace", "pattern": ["String": "▁"], "content": " "]]
        if members["lowercase"] == .bool(true) { parts.append(["type": "Lowercase"]) }
        parts.append([
          "type": "Replace", "pattern": ["Regex": .string(ReplacedPattern.punctuationExpression)], "content": "",
        ])
        parts.append(["type": "Replace", "pattern": ["Regex": "\\s+"], "content": " "])
        parts.append(["type": "Strip", "strip_left": true, "strip_right": true])
        return parts
      case .string("SentencePiece"):
        var parts: [JSON] = []
        if let map = members["precompiled_charsmap"], map != .null {
          parts.append(["type": "Precompiled", "precompiled_charsmap": map])
        }
        if members["removes_spaces"] == .bool(true) {
          parts.append(["type": "Replace", "pattern": ["Regex": " {2,}"], "content": " "])
          parts.append(["type": "Strip", "strip_left": true, "strip_right": true])
        }
        return parts
      default: return [step]
      }
    }
    guard replaced != steps else { return document }
    var document = document
    document["normalizer"] = ["type": "Sequence", "normalizers": .array(replaced)]
    if case .array(let added)? = document["added_tokens"] {
      document["added_tokens"] = .array(
        added.map { token in
          guard case .object(var members) = token else { return token }
          members["matched"] = nil
          for key in ["single_word", "lstrip", "rstrip"] { members[key] = false }
          return .object(members)
        })
    }
    return document
  }
}
