import PromptLensCLIP
import PromptLensTokenization

extension PromptAssembly {
  /// Returns prompts with other words instead of the class names.
  ///
  /// If contexts are class-specific, the words take them in turn.
  ///
  /// - Parameters:
  ///   - words: the words that replace the class names.
  ///   - tokenizer: CLIP's.
  ///   - contextLimit: the positions that the text tower has.
  /// - Returns: the elements of each word's prompt; context rows are those of this assembly.
  /// - Throws: ``PromptError/tooLong(prompts:limit:)``.
  package func prompts(
    ofWords words: [String], tokenizer: any Tokenizer, contextLimit: Int
  ) throws(PromptError) -> [[PromptElement]] {
    let other = try PromptAssembly(
      classNames: words, tokenizer: tokenizer, contextLength: contextLength, classPosition: classPosition,
      contextLimit: contextLimit)
    guard isClassSpecific, !classNames.isEmpty else { return other.prompts }
    return other.prompts.enumerated().map { index, prompt in
      let first = index % classNames.count * contextLength
      return prompt.map { element in
        if case .context(let row) = element { .context(first + row) } else { element }
      }
    }
  }
}
