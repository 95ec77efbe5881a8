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
  /// Classes cannot be learned, for all of these reasons.
  case failedAudit(findings: [String])
  /// A text to begin a context with has no tokens.
  case emptyInitialization(text: String)
  /// A text to begin a context with has another number of tokens than vectors are asked for.
  case otherLength(text: String, tokens: Int, asked: Int)
  /// A vocabulary has too few words to name classes by.
  case tooFewWords(found: Int, classes: Int)
  /// A name is no loss's.
  case unknownLoss(text: String, reason: String)
  /// A name is no strategy's.
  case unknownStrategy(text: String, reason: String)
  /// A label names no class.
  case labelOutOfRange(label: Int, ways: Int)
  /// A loss, a gradient or the context is no number any more.
  case diverged(epoch: Int, step: Int, learningRate: Double, loss: Double, norm: Double)
  /// A context of other classes' own vectors cannot serve these classes.
  case unknownClasses(source: String, unknown: [String], known: Int)
  /// A context of classes' own vectors does not say whose they are.
  case unnamedClasses(source: String, contexts: Int, ways: Int)
  /// A context does not belong to the model.
  case foreignContext(source: String, reason: String)
  /// A run folder was made with other settings.
  case otherSettings(path: String, differences: [String])
  /// A folder is no run folder, or a damaged one.
  case badRun(path: String, reason: String)

  /// One sentence: what was expected, what was found, the way out.
  public var description: String {
    switch self {
    case .tooLong(let prompts, let limit):
      "\(prompts.count) prompts take more than the \(limit) positions that the text tower has: "
        + prompts.map { "\($0.className) (\($0.positions))" }.joined(separator: ", ")
        + "; shorten the names or the context"
    case .failedAudit(let findings): "the classes cannot be learned: \(findings.joined(separator: "; "))"
    case .emptyInitialization(let text):
      "the text \"\(text)\" to begin the context with has no tokens; write words, as \"a photo of a\""
    case .otherLength(let text, let tokens, let asked):
      "\(asked) vectors are asked for and the text \"\(text)\" to begin them with has \(tokens) tokens, a vector each; leave "
        + "--context-length out, or write another text"
    case .tooFewWords(let found, let classes):
      "the vocabulary has \(found) whole words, too few for random names of \(classes) classes; leave out random-names"
    case .unknownLoss(let text, let reason): "\"\(text)\" is no loss: \(reason)"
    case .unknownStrategy(let text, let reason): "\"\(text)\" is no strategy: \(reason)"
    case .labelOutOfRange(let label, let ways): "label \(label) is none of the \(ways) classes"
    case .diverged(let epoch, let step, let learningRate, let loss, let norm):
      "training diverged in epoch \(epoch), step \(step), at learning rate \(learningRate): the loss is \(loss), the "
        + "gradient's norm \(norm)\(loss.isFinite && norm.isFinite ? ", and the step made the context infinite" : ""); the "
        + "state after epoch \(epoch - 1) is kept; begin anew with a lower --learning-rate"
    case .unknownClasses(let source, let unknown, let known):
      "\(source): this context has vectors of their own for \(known) classes, and \(unknown.count) classes asked for "
        + "are not among them: \(unknown.joined(separator: ", ")); "
        + "a class-specific context serves the classes that it was learned for, a unified one serves any"
    case .unnamedClasses(let source, let contexts, let ways):
      "\(source): this context has vectors of their own for \(contexts) classes without saying which, and there are "
        + "\(ways) classes; it needs class names to serve other classes than its own"
    case .foreignContext(let source, let reason): "\(source): this context does not belong to the model: \(reason)"
    case .otherSettings(let path, let differences):
      "\(path): this run was begun with \(differences.joined(separator: ", and ")); give another --output, or remove "
        + "the folder first"
    case .badRun(let path, let reason): "\(path): this is no sound run folder: \(reason)"
    }
  }
}
