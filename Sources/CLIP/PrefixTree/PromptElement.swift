/// What stands at one position of a prompt.
package enum PromptElement: Hashable, Sendable {
  /// A row of the token embedding.
  case token(Int32)
  /// A row of the context matrix: a vector that is learned in place of a word.
  case context(Int)
}
