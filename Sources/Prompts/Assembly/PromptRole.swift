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
  /// The end token, whose state is the prompt's feature.
  case end

  /// Returns the roles of prompts with M context vectors, in the order in which results list them.
  ///
  /// - Parameter contextLength: M.
  /// - Returns: start, M context vectors, class name, full stop and end.
  package static func all(contextLength: Int) -> [PromptRole] {
    [.start] + (0..<contextLength).map { .context($0) } + [.className, .fullStop, .end]
  }
}
