import PromptLensTokenization

extension OpenedModel {
  /// Returns the whole words of the model's vocabulary that have three letters or more, in the vocabulary's order.
  package func commonWords() throws -> [String] {
    let tokenizer = try tokenizer()
    let isWhole = tokenizer.wholeWords
    return tokenizer.vocabulary.pieces.indices
      .filter { isWhole[$0] }
      .map { String(tokenizer.vocabulary.pieces[$0].dropLast("</w>".count)) }
      .filter { $0.utf8.count >= 3 && $0.allSatisfy { $0.isASCII && $0.isLetter } }
  }
}
