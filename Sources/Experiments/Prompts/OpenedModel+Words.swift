import PromptLensTokenization

extension OpenedModel {
  /// Returns the whole words of the model's vocabulary that have three letters or more, in the vocabulary's order.
  package func commonWords() throws -> [String] {
    let tokenizer = try tokenizer()
    return (0..<tokenizer.count)
      .filter { tokenizer.isWholeWord($0) }
      .map { tokenizer.decode([Int32($0)]).filter { !$0.isWhitespace } }
      .filter { $0.utf8.count >= 3 && $0.allSatisfy { $0.isASCII && $0.isLetter } }
  }
}
