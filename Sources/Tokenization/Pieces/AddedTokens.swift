import PromptLensJSONDocuments

/// The tokens that are found in a text before it is split: special ones such as `</s>`, and others that were added to a
/// vocabulary.
///
/// Source: `AddedVocabulary` of Hugging Face's tokenizers library.
struct AddedTokens: Sendable {
  /// An added token.
  struct Token: Sendable {
    let id: Int32
    let text: [UInt8]
    let isSpecial: Bool
    /// Whether it is looked for in the normalized text.
    let isNormalized: Bool
    /// Whether it must be a word of its own.
    let isSingleWord: Bool
    /// Whether it takes white space on its left and right with it.
    let stripsLeft: Bool, stripsRight: Bool
    /// Whether it is looked for in texts at all.
    let isMatched: Bool
  }

  /// A part of a text, or an added token in it.
  enum Part {
    case text(Range<Int>)
    case token(Int32, Range<Int>)
  }

  /// The tokens.
  let tokens: [Token]
  /// The tokens by the first byte of their text, longest first: those of the raw and those of the normalized text.
  private let raw: [UInt8: [(text: [UInt8], index: Int)]]
  private let normalized: [UInt8: [(text: [UInt8], index: Int)]]

  /// The maximum number of added tokens: an added token is compared with the text at every position.
  private static let largestCount = 1 << 16

  /// Reads the added tokens.
  ///
  /// - Parameters:
  ///   - nodes: the members of `added_tokens`.
  ///   - normalizer: the text's normalizer, which also applies to tokens that are looked for in normalized text.
  /// - Throws: `JSONError` for an id beyond those that a vocabulary can have.
  init(_ nodes: [JSONNode], normalizer: TextNormalizer?) throws {
    guard nodes.count <= Self.largestCount else {
      throw nodes[0].unexpected(expected: "at most \(Self.largestCount) added tokens", found: "\(nodes.count)")
    }
    let tokens = try nodes.map { node in
      let id = try node.integer("id")
      guard 0..<Vocabulary.largestCount ~= id else {
        throw try node.node("id").unexpected(expected: "an id below \(Vocabulary.largestCount)", found: "\(id)")
      }
      return Token(
        id: Int32(id), text: Array(try node.string("content").utf8),
        isSpecial: try node.optionalBool("special") ?? false,
        isNormalized: try node.optionalBool("normalized") ?? false,
        isSingleWord: try node.optionalBool("single_word") ?? false,
        stripsLeft: try node.optionalBool("lstrip") ?? false,
        stripsRight: try node.optionalBool("rstrip") ?? false,
        isMatched: try node.optionalBool("matched") ?? true)
    }
    func table(_ isNormalized: Bool) -> [UInt8: [(text: [UInt8], index: Int)]] {
      var table: [UInt8: [(text: [UInt8], index: Int)]] = [:]
      for (index, token) in tokens.enumerated() where token.isMatched && token.isNormalized == isNormalized {
        let text = isNormalized ? normalizer?.apply(token.text) ?? token.text : token.text
        if let first = text.first { table[first, default: []].append((text, index)) }
      }
      return table.mapValues { $0.sorted { $0.text.count > $1.text.count } }
    }
    self.tokens = tokens
    raw = table(false)
    normalized = table(true)
  }

  /// Divides a text at the added tokens in it; of several at one place the longest counts.
  func parts(of text: [UInt8], isNormalized: Bool) -> [Part] {
    let table = isNormalized ? normalized : raw
    guard !table.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var parts: [Part] = []
    var done = 0
    var position = 0
    while position < text.count {
      guard let candidates = table[text[position]],
        let found = candidates.first(where: { text[position...].starts(with: $0.text) })
      else {
        position += 1
        continue
      }
      let token = tokens[found.index]
      var (start, end) = (position, position + found.text.count)
      position = end
      if token.isSingleWord, Self.endsInWord(text[..<start]) || Self.beginsWithWord(text[end...]) { continue }
      if token.stripsLeft {
        while start > done, Self.endsInSpace(text[done..<start]) { start = Self.before(text, start) }
      }
      if token.stripsRight, let space = ReplacedPattern.whitespace.end(in: text, at: end) { end = space }
      if start > done { parts.append(.text(done..<start)) }
      parts.append(.token(token.id, start..<end))
      done = end
      position = max(position, end)
    }
    if done < text.count { parts.append(.text(done..<text.count)) }
    return parts
  }

  private static func before(_ text: [UInt8], _ end: Int) -> Int {
    var position = end - 1
    while position > 0, text[position] & 0xC0 == 0x80 { position -= 1 }
    return position
  }

  private static func last(_ text: ArraySlice<UInt8>) -> UInt32? {
    String(decoding: text.suffix(4), as: UTF8.self).unicodeScalars.last?.value
  }

  private static func endsInSpace(_ text: ArraySlice<UInt8>) -> Bool { last(text)?.isSpace == true }

  private static func endsInWord(_ text: ArraySlice<UInt8>) -> Bool { last(text)?.isWordCharacter == true }

  private static func beginsWithWord(_ text: ArraySlice<UInt8>) -> Bool {
    String(decoding: text.prefix(4), as: UTF8.self).unicodeScalars.first?.value.isWordCharacter == true
  }
}
