import PromptLensCLIP
import PromptLensTokenization

extension PromptForm {
  /// Returns the elements of classes' prompts: the words as written, of which the first after the start token are replaced
  /// by the learned vectors.
  ///
  /// With fewer vectors than written words before the class name, the others stay: of "a photo of a cat." two vectors
  /// leave "of a cat.".
  ///
  /// - Parameters:
  ///   - tokens: for each class its token ids from the start token to the end token; ids after the end are ignored.
  ///   - end: the id of the end token.
  /// - Returns: the elements of each prompt.
  /// - Throws: `CLIPError.badTokens` for a prompt without an end token behind the vectors.
  package func elements(_ tokens: [[Int32]], end: Int32) throws -> [[PromptElement]] {
    try tokens.enumerated().map { index, ids in
      guard let last = ids.firstIndex(of: end), last > contextLength else {
        throw CLIPError.badTokens(
          index: index, reason: "it needs the end token, \(end), behind the \(contextLength) learned vectors")
      }
      let first = isClassSpecific ? index * contextLength : 0
      return ids[...last].enumerated().map { position, id in
        (1...max(contextLength, 1)).contains(position) && contextLength > 0
          ? .context(first + position - 1) : .token(id)
      }
    }
  }
}
