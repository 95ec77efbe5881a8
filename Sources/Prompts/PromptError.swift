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
  case unnamedClasses(source: String, contexts: Int, ways: Int)
  /// A file whose format doesn't hold a context.
  case unrecognised(path: String, lookedFor: [String])
  /// A template without a position for the class name.
  case templateWithoutPlace(template: String)
  /// A context by a method whose vectors alone don't make a prompt.
  case foreignMethod(source: String, method: String, missing: String)
  /// A context that doesn't belong to the model.
  case foreignContext(source: String, reason: String)

  /// A sentence that names the expectation, the finding and the way out.
  package var description: String {
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
    case .unknownClasses(let source, let unknown, let known):
      "\(source): this context has vectors of their own for \(known) classes, and \(unknown.count) classes asked for "
        + "are not among them: \(unknown.joined(separator: ", ")); "
        + "a class-specific context serves the classes that it was learned for, a unified one serves any"
    case .unnamedClasses(let source, let contexts, let ways):
      "\(source): this context has vectors of their own for \(contexts) classes without saying which, and there are "
        + "\(ways) classes; it needs class names to serve other classes than its own"
    case .unrecognised(let path, let lookedFor):
      "\(path): this isn't a checkpoint that can be read here; looked for \(lookedFor.joined(separator: ", "))"
    case .templateWithoutPlace(let template):
      "the template \"\(template)\" has no {} for the class name; write for example \"a photo of a {}.\""
    case .foreignMethod(let source, let method, let missing):
      "\(source): this is a checkpoint of \(method), to whose prompts belong \(missing), which aren't computed here; its "
        + "vectors can be decoded and inspected, but neither evaluated nor exported as CoOp's"
    case .foreignContext(let source, let reason): "\(source): this context does not belong to the model: \(reason)"
    }
  }
}
