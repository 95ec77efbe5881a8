/// The element at one position of a prompt: a token or a context vector.
package enum PromptElement: Hashable, Sendable {
  /// A row of the token embedding.
  case token(Int32)
  /// A row of the context matrix: a learned vector instead of a word.
  case context(Int)
  /// The learned vector behind a text that some towers are read at, always at the last position of the tower. The tower
  /// adds it to prompts itself.
  case classEmbedding
}
