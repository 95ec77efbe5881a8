import PromptLensCLIP
import PromptLensTokenization

/// The prompts of a list of classes: the start token (if the vocabulary has one), context and class name in their order, a full stop, and the end
/// token.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), section 3.2, and the reference's
/// `PromptLearner`.
package struct PromptAssembly: Sendable {
  /// The class names as given.
  package let classNames: [String]
  /// The number of vectors in a context, M.
  package let contextLength: Int
  /// The position of the class name.
  package let classPosition: ClassPosition
  /// A Boolean value that indicates whether every class has its own context (CSC), or all classes share one (UC).
  package let isClassSpecific: Bool
  /// The elements of each class's prompt. Class k's context is at rows kM to (k + 1)M of the context matrix
  /// when contexts are class-specific, else at rows 0 to M.
  package let prompts: [[PromptElement]]
  /// The role of each position of each class's prompt.
  package let roles: [[PromptRole]]

  /// The rows of the context matrix.
  package var contextRows: Int { isClassSpecific ? classNames.count * contextLength : contextLength }

  /// Creates the prompts of a list of classes.
  ///
  /// A full stop is appended to every name, and the name with it is tokenized as one text, as in the reference: if a
  /// name ends in punctuation, its last token absorbs the full stop.
  ///
  /// - Parameters:
  ///   - classNames: the classes; underscores are read as spaces.
  ///   - tokenizer: CLIP's.
  ///   - contextLength: M.
  ///   - classPosition: the position of the class name.
  ///   - isClassSpecific: whether every class has its own context.
  ///   - wordsBehind: the tokens of words between the context and every class name, where it stands at the end.
  ///   - contextLimit: the positions that the text tower has.
  /// - Throws: ``PromptError/tooLong(prompts:limit:)``, which lists every class whose prompt does not fit.
  package init(
    classNames: [String], tokenizer: any Tokenizer, contextLength: Int, classPosition: ClassPosition = .end,
    isClassSpecific: Bool = false, wordsBehind: [Int32] = [], contextLimit: Int = 77
  ) throws(PromptError) {
    self.classNames = classNames
    self.contextLength = contextLength
    self.classPosition = classPosition
    self.isClassSpecific = isClassSpecific
    let placeholder = [String](repeating: "X ", count: contextLength).joined()
    // Without the space at its end, which some tokenizers would give a token of its own.
    let placeholderTokens = tokenizer.encode(String(placeholder.dropLast())).count
    typealias Token = (element: PromptElement, role: PromptRole)
    let arranged = classNames.enumerated().map { index, className -> [Token] in
      let name = className.replacing("_", with: " ")
      let nameLength = tokenizer.encode(name).count
      let words = tokenizer.encode(placeholder + name + ".").dropFirst(placeholderTokens).enumerated().map {
        Token(.token($1), $0 < nameLength ? .className : .fullStop)
      }
      let first = isClassSpecific ? index * contextLength : 0
      let context = (0..<contextLength).map { Token(.context(first + $0), .context($0)) }
      let before =
        switch classPosition {
        case .end: contextLength
        case .middle: contextLength / 2
        case .front: 0
        }
      let behind = classPosition == .end ? wordsBehind.map { Token(.token($0), .className) } : []
      let split = classPosition == .end ? 0 : min(nameLength, words.count)
      var prompt: [Token] = []
      if let start = tokenizer.start { prompt.append(Token(.token(start), .start)) }
      prompt += context[..<before] + words[..<split] + context[before...]
      prompt += behind
      prompt += words[split...]
      prompt.append(Token(.token(tokenizer.end), .end))
      return prompt
    }
    prompts = arranged.map { $0.map(\.element) }
    roles = arranged.map { $0.map(\.role) }
    let long = zip(classNames, prompts).filter { $0.1.count > contextLimit }
    guard long.isEmpty else {
      throw .tooLong(prompts: long.map { ($0.0, $0.1.count) }.map(PromptError.LongPrompt.init), limit: contextLimit)
    }
  }
}
