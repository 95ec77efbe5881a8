/// A kind of vocabulary entry: whether it can be read as a word.
package enum EntryKind: String, Sendable, CaseIterable {
  /// A whole word, or an ending of words, which byte-pair encoding doesn't tell apart.
  case word
  /// A piece of words, which says nothing by itself.
  case piece
  /// Punctuation, digits, or other signs.
  case sign
  /// The start or the end token.
  case special
}
