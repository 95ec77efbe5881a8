/// Prompts that cannot be made, and contexts that cannot serve.
package enum PromptError: Error, Equatable, CustomStringConvertible {
  /// A class whose prompt is too long.
  package struct LongPrompt: Sendable, Equatable {
    /// The class.
    package let className: String
    /// The positions that its prompt takes.
    package let positions: Int

    /// Creates the pair of a class and its prompt's length.
    package init(className: String, positions: Int) {
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
  /// A context of other classes' own vectors cannot serve these classes.
  case unknownClasses(source: String, unknown: [String], known: Int)
  /// A context of classes' own vectors does not say whose they are.
  case unnamedClasses(source: String, contexts: Int, ways: Int)
  /// A file is of no form that holds a context.
  case unrecognised(path: String, lookedFor: [String])
  /// A template does not say where the class name goes.
  case templateWithoutPlace(template: String)
  /// A context does not belong to the model.
  case foreignContext(source: String, reason: String)

  /// One sentence: what was expected, what was found, the way out.
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
    case .foreignContext(let source, let reason): "\(source): this context does not belong to the model: \(reason)"
    }
  }
}
