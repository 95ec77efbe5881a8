/// A tokenizer: text to the ids of a text tower's embedding, and back.
///
/// CLIP's own is ``CLIPTokenizer``; ``PieceTokenizer`` reads the vocabularies of other text towers. Both are read by
/// ``TokenizerFile``.
package protocol Tokenizer: Sendable {
  /// The number of ids.
  var count: Int { get }
  /// The id that begins a prompt; nil for tokenizers whose texts begin with their first word.
  var start: Int32? { get }
  /// The id that ends a prompt.
  var end: Int32 { get }
  /// The id with which the writing software fills texts up; nil where its files don't say.
  var padding: Int32? { get }
  /// The mark by which pieces tell where words begin or end.
  var wordMark: WordMark { get }
  /// The cleaning of texts that the model was trained with.
  var cleaning: Cleaning { get }

  /// Returns an id's piece as the vocabulary writes it, such as `photo</w>` or `▁photo`.
  func piece(_ id: Int) -> String
  /// Returns whether an id is a special token, such as start, end or padding.
  func isSpecial(_ id: Int) -> Bool
  /// Returns the ids of a text, without start and end.
  func encode(_ text: String, cleaning: Cleaning) -> [Int32]
  /// Returns the tokens of a text with their pieces and their ranges in the cleaned text.
  func encoding(of text: String, cleaning: Cleaning) -> TextEncoding
  /// Returns the cleaned text.
  func clean(_ text: String, cleaning: Cleaning) -> String
  /// Returns the text of ids. Bytes that aren't UTF-8, and ids that the vocabulary does not have, become U+FFFD.
  func decode(_ ids: some Sequence<Int32>) -> String
  /// Returns the bytes that an id stands for, which may be a part of a letter's; none for an id that the vocabulary
  /// lacks.
  func bytes(of id: Int) -> [UInt8]
  /// The contents of the file that a model folder holds.
  var contents: [UInt8] { get }
  /// Returns the files that transformers' tokenizers read.
  ///
  /// - Parameter contextLength: the positions of the text tower.
  /// - Returns: the files' names and their texts.
  func huggingFaceFiles(contextLength: Int) -> [(name: String, text: String)]
}

/// The mark by which pieces tell where words begin or end.
package enum WordMark: Sendable, Equatable {
  /// The last piece of a word ends in `</w>`, as in CLIP's vocabulary.
  case end
  /// The first piece of a word begins with `▁`, as in SentencePiece's vocabularies.
  case beginning
  /// Pieces inside a word begin with `##`, as in BERT's vocabulary.
  case continuation

  /// The mark.
  package var text: String {
    switch self {
    case .end: ByteAlphabet.endOfWord
    case .beginning: "▁"
    case .continuation: "##"
    }
  }
}

/// A text after cleaning, and its tokens.
package struct TextEncoding: Sendable, Equatable {
  /// A token and its range in the text.
  package struct Token: Sendable, Equatable {
    /// The id.
    package let id: Int32
    /// The vocabulary's piece, such as `photo</w>`.
    package let piece: String
    /// The token's bytes in the UTF-8 of ``TextEncoding/text``, the cleaned text, not the original one. A token may
    /// begin or end inside a character.
    package let range: Range<Int>
  }

  /// The cleaned text, which the tokens' ranges refer to.
  package let text: String
  /// The tokens, without start and end.
  package let tokens: [Token]
}

extension Tokenizer {
  /// None: the files of CLIP's own vocabulary don't say.
  package var padding: Int32? { nil }

  /// Returns the ids of a text in the tokenizer's own cleaning, without start and end.
  package func encode(_ text: String) -> [Int32] { encode(text, cleaning: cleaning) }

  /// Returns the tokens of a text in the tokenizer's own cleaning.
  package func encoding(of text: String) -> TextEncoding { encoding(of: text, cleaning: cleaning) }

  /// Returns the text in the tokenizer's own cleaning.
  package func clean(_ text: String) -> String { clean(text, cleaning: cleaning) }

  /// Returns the ids of a text with start before and end after them, not padded.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - contextLength: the model's number of positions; at least 2.
  ///   - truncate: whether a longer text is cut: the end replaces the token at the last position, as OpenAI does.
  ///   - cleaning: the cleaning of the text; nil for the tokenizer's own.
  /// - Returns: at most `contextLength` ids. What follows the end cannot change a causal tower's feature; software that
  ///   wants a row of `contextLength` ids pads.
  /// - Throws: ``TokenizationError/tooLong(text:count:limit:)``.
  package func tokenize(
    _ text: String, contextLength: Int = 77, truncate: Bool = false, cleaning: Cleaning? = nil
  ) throws(TokenizationError) -> [Int32] {
    let ids = framed(encode(text, cleaning: cleaning ?? self.cleaning))
    guard ids.count > contextLength else { return ids }
    guard truncate, contextLength >= 2 else {
      throw .tooLong(text: TokenizationError.shortened(text), count: ids.count, limit: contextLength)
    }
    return ids.prefix(contextLength - 1) + [end]
  }

  /// Returns ids with start before and end after them.
  package func framed(_ ids: [Int32]) -> [Int32] { (start.map { [$0] } ?? []) + ids + [end] }

  /// Returns whether a piece is a whole word: it has the word's mark, and letters alone.
  package func isWholeWord(_ id: Int) -> Bool {
    guard isMarked(id), !isSpecial(id) else { return false }
    let word = word(id)
    return !word.isEmpty && word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
  }

  /// Returns whether a piece has the mark of a word's beginning or end.
  package func isMarked(_ id: Int) -> Bool {
    let piece = piece(id).utf8
    let mark = wordMark.text.utf8
    switch wordMark {
    case .end: return piece.count >= mark.count && piece.suffix(mark.count).elementsEqual(mark)
    case .beginning: return piece.starts(with: mark)
    case .continuation: return !piece.starts(with: mark)
    }
  }

  /// Returns a piece's text without spaces around it.
  package func word(_ id: Int) -> String {
    let text = decode([Int32(clamping: id)])
    let inner = text.drop { $0 == " " }
    return String(inner.reversed().drop { $0 == " " }.reversed())
  }
}
