import Foundation
import PromptLensJSONDocuments

/// A map of characters and short sequences to their normal form, such as SentencePiece's `nmt_nfkc`: a trie of keys, and
/// the replacements, each ended by a zero byte.
///
/// Source: `spm_precompiled` of the tokenizers library, whose ids models are trained with: a character of up to five bytes
/// is replaced as a whole by the replacement of its shortest beginning that is a key, others code point by code point.
/// The trie is a double array as darts-clone writes it.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// The largest number of bytes of a replacement.
  var longestReplacement: Int { replacements.split(separator: 0).map(\.count).max() ?? 0 }

  /// Reads the `precompiled_charsmap` of a normalizer.
  ///
  /// - Throws: `JSONError` when it isn't such a map.
  init(_ node: JSONNode) throws(JSONError) {
    let encoded = try node.string()
    guard let data = Data(base64Encoded: encoded), data.count >= 4 else {
      throw node.unexpected(expected: "a map of characters in base64", found: "\(encoded.utf8.count) other characters")
    }
    let bytes = [UInt8](data)
    func unit(_ position: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
    }
    let size = Int(unit(0))
    guard size % 4 == 0, size > 0, size <= bytes.count - 4 else {
      throw node.unexpected(expected: "a trie within its \(bytes.count) bytes", found: "one of \(size) bytes")
    }
    units = (0..<size / 4).map { unit(4 + 4 * $0) }
    replacements = Array(bytes[(4 + size)...])
    guard String(validating: replacements, as: UTF8.self) != nil else {
      throw node.unexpected(expected: "replacements in UTF-8", found: "other bytes")
    }
  }

  /// Returns a text with its characters replaced.
  func apply(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for character in String(decoding: text, as: UTF8.self) {
      let bytes = Array(String(character).utf8)
      if bytes.count < 6, let replacement = replacement(of: bytes) {
        result += replacement
        continue
      }
      for scalar in character.unicodeScalars {
        let bytes = Array(String(scalar).utf8)
        result += replacement(of: bytes) ?? bytes[...]
      }
    }
    return result
  }

  /// Returns the replacement of the longest key at a position of a text, and the key's length; nil where none is.
  ///
  /// Source: `Normalizer::NormalizePrefix` of SentencePiece.
  func longest(in text: [UInt8], at position: Int) -> (replacement: ArraySlice<UInt8>, count: Int)? {
    var node = Self.offset(units[0])
    var found: (ArraySlice<UInt8>, Int)?
    for index in position..<text.count {
      let byte = text[index]
      guard byte != 0 else { break }
      node ^= Int(byte)
      guard units.indices.contains(node) else { break }
      let unit = units[node]
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { break }
      node ^= Self.offset(unit)
      guard units.indices.contains(node) else { break }
      guard unit >> 8 & 1 == 1 else { continue }
      let start = Int(units[node] & 0x7FFF_FFFF)
      guard start < replacements.count, replacements[start] & 0xC0 != 0x80 else { break }
      found = (replacements[start...].prefix { $0 != 0 }, index + 1 - position)
    }
    return found
  }

  /// Returns the replacement of the shortest beginning of a text that is a key.
  private func replacement(of text: [UInt8]) -> ArraySlice<UInt8>? {
    var node = Self.offset(units[0])
    for byte in text {
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard units.indices.contains(node) else { return nil }
      let unit = units[node]
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      node ^= Self.offset(unit)
      guard units.indices.contains(node) else { return nil }
      guard unit >> 8 & 1 == 1 else { continue }
      let start = Int(units[node] & 0x7FFF_FFFF)
      // A hostile value may point into a character.
      guard start < replacements.count, replacements[start] & 0xC0 != 0x80 else { return nil }
      return replacements[start...].prefix { $0 != 0 }
    }
    return nil
  }

  private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
}
