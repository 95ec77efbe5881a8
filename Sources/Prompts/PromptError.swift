/// An error about prompts that cannot be made, or contexts that cannot be used.
package enum PromptError: Error, Equatable, CustomStringConvertible {
  /// A class whose prompt is too long.
  package struct LongPrompt: Sendable, Equatable {
    /// The class.
    package let className: String
    /// The number of positions that its prompt takes.
    package let positions: Int

    /// Creates the pair of a class and its prompt's length.
    package init(className: String, positions: Int) {
      self.className = className
      self.positions = positions
    }
  }

  /// Prompts with more positions than the text tower has.
  case tooLong(prompts: [LongPrompt], limit: Int)
  /// Classes that cannot be learned, with all reasons.
  case failedAudit(findings: [String])
  /// An initial text without tokens.
  case emptyInitialization(text: String)
  /// An initial text whose number of tokens differs from the requested number of vectors.
  case otherLength(text: String, tokens: Int, asked: Int)
  /// A vocabulary with too few words to name classes.
  case tooFewWords(found: Int, classes: Int)
  /// A class-specific context that lacks some of the classes.
  case unknownClasses(source: String, unknown: [String], known: Int)
  /// A class-specific context that doesn't name its classes.
  case unnamedClasses(source: String, contexts: Int, classCount: Int)
  /// A file whose format doesn't hold a context.
  case unrecognized(path: String, lookedFor: [String])
  /// A context whose file lacks the position of the class name.
  case unknownClassPosition(source: String)
  /// A template without a position for the class name.
  case templateWithoutPlaceholder(template: String)
  /// A context by a method whose vectors alone don't make a prompt.
  case foreignMethod(source: String, method: String, missing: String)
  /// A checkpoint of prompts in deep layers where a context is needed.
  case deepPrompts(source: String, method: String)
  /// A context that doesn't belong to the model.
  case foreignContext(source: String, reason: String)

  /// A sentence with the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .tooLong(let prompts, let limit):
      "\(prompts.count) prompts take more than the \(limit) positions that the text tower has: "
        + prompts.map { "\($0.className) (\($0.positions))" }.joined(separator: ", ")
        + "; shorten the names or the context"
    case .failedAudit(let findings): "the classes cannot be learned: \(findings.joined(separator: "; "))"
    case .emptyInitialization(let text):
      "the initial text \"\(text)\" has no tokens; give words, such as \"a photo of a\""
    case .otherLength(let text, let tokens, let asked):
      "\(asked) vectors are requested, but the initial text \"\(text)\" has \(tokens) tokens, one for each vector; omit "
        + "--context-length, or give another text"
    case .tooFewWords(let found, let classes):
      "the vocabulary has \(found) whole words, too few for random names of \(classes) classes; omit random-names"
    case .unknownClasses(let source, let unknown, let known):
      "\(source): this context is specific to \(known) classes, and \(unknown.count) requested classes "
        + "are not among them: \(unknown.joined(separator: ", ")); "
        + "only a unified context works with other classes than it was learned for"
    case .unnamedClasses(let source, let contexts, let classCount):
      "\(source): this context is specific to \(contexts) unnamed classes, and there are "
        + "\(classCount) classes; it needs class names to be matched with them"
    case .unrecognized(let path, let lookedFor):
      "\(path): this isn't a readable context; looked for \(lookedFor.joined(separator: ", "))"
    case .unknownClassPosition(let source):
      "\(source): the file doesn't record where the class name stood among the vectors; give --class-position end, middle or "
        + "front, as the context was learned"
    case .templateWithoutPlaceholder(let template):
      "the template \"\(template)\" has no {} for the class name; give, for example, \"a photo of a {}.\""
    case .foreignMethod(let source, let method, let missing):
      "\(source): this is a checkpoint of \(method), to whose prompts belong \(missing), which aren't computed here; its "
        + "vectors can be decoded and inspected, but neither evaluated nor exported as CoOp's"
    case .deepPrompts(let source, let method):
      "\(source): this is a checkpoint of \(method), whose prompts stand in deeper layers or in the image tower; evaluate and "
        + "predict compute them, but here a context is needed"
    case .foreignContext(let source, let reason): "\(source): this context doesn't belong to the model: \(reason)"
    }
  }
}
