/// The role of a position in a prompt.
package enum PromptRole: Hashable, Sendable {
  /// The start token.
  case start
  /// A vector of the context, from 0.
  case context(Int)
  /// A token of the class name.
  case className
  /// The full stop, unless the name's last token absorbed it.
  case fullStop
  /// The end token, whose state is the prompt's feature in a causal tower.
  case end
  /// The padding behind the end token, which a tower without a causal mask attends to, and whose last state is the feature
  /// in most of these.
  case padding

  /// Returns the roles of prompts with M context vectors, in the order in which results list them.
  ///
  /// - Parameters:
  ///   - contextLength: M.
  ///   - hasPadding: whether the tower attends to padding.
  /// - Returns: start, M context vectors, class name, full stop, end and, where there is some, padding.
  package static func all(contextLength: Int, hasPadding: Bool = false) -> [PromptRole] {
    [.start] + (0..<contextLength).map { .context($0) } + [.className, .fullStop, .end] + (hasPadding ? [.padding] : [])
  }
}
