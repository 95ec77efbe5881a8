/// Prompts that cannot be made, or cannot be learned.
public enum PromptError: Error, Equatable, CustomStringConvertible {
  /// A class whose prompt is too long.
  public struct LongPrompt: Sendable, Equatable {
    /// The class.
    public let className: String
    /// The positions that its prompt takes.
    public let positions: Int

    /// A class and its prompt's length.
    public init(className: String, positions: Int) {
      self.className = className
      self.positions = positions
    }
  }

  /// Prompts take more positions than the text tower has.
  case tooLong(prompts: [LongPrompt], limit: Int)

  /// One sentence: what was expected, what was found, the way out.
  public var description: String {
    switch self {
    case .tooLong(let prompts, let limit):
      "\(prompts.count) prompts take more than the \(limit) positions that the text tower has: "
        + prompts.map { "\($0.className) (\($0.positions))" }.joined(separator: ", ")
        + "; shorten the names or the context"
    }
  }
}
