import PromptLensTokenization

/// The tokens of a text, with the part of the text that each represents.
package struct TokenizedText: Sendable, Equatable {
  /// A token.
  package struct Token: Sendable, Equatable {
    /// The id.
    package let id: Int32
    /// The piece of the vocabulary; in CLIP's one that ends in `</w>` ends a word, in others one with `▁` begins one.
    package let piece: String
    /// The piece for people: `são</w>` where the vocabulary has the bytes of letters.
    package let label: String
    /// The bytes of the cleaned text that it represents; nil for start and end.
    package let range: Range<Int>?
  }

  /// The text after cleaning.
  package let cleaned: String
  /// The tokens, start and end included.
  package let tokens: [Token]

  /// Tokenizes a text.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - tokenizer: the tokenizer.
  ///   - contextLength: the number of the model's positions.
  ///   - truncates: whether a text that is too long is truncated instead of being an error.
  ///   - cleaning: how the text is cleaned; nil for the tokenizer's own cleaning.
  /// - Throws: `TokenizationError` for a text of more tokens than the model has positions.
  package init(
    _ text: String, by tokenizer: any Tokenizer, contextLength: Int, truncates: Bool, cleaning: Cleaning?
  ) throws {
    let ids = try tokenizer.tokenize(
      text, contextLength: contextLength, truncate: truncates, cleaning: cleaning)
    let encoding = tokenizer.encoding(of: text, cleaning: cleaning ?? tokenizer.cleaning)
    cleaned = encoding.text
    let first = tokenizer.start == nil ? 0 : 1
    tokens = ids.enumerated().map { position, id in
      // Start and end don't represent any part of the text.
      let isInText = position >= first && position < ids.count - 1
      return Token(
        id: id, piece: tokenizer.piece(Int(id)), label: tokenizer.label(of: Int(id)),
        range: isInText ? encoding.tokens[position - first].range : nil)
    }
  }
}
