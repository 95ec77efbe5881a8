import PromptLensInterpretation
import PromptLensTokenization

extension InterpretedPrompt {
  /// Whether an id may be an answer if words are looked for: neither the start nor the end token.
  var isWord: (Int) -> Bool {
    let vocabulary = learned.tokenizer.vocabulary
    return { $0 != Int(vocabulary.start) && $0 != Int(vocabulary.end) }
  }

  /// Returns common words of three letters or more, in the vocabulary's order, which is that of their frequency.
  func commonWords(limit: Int, leavingOutClassNames: Bool = false) -> [String] {
    let tokenizer = learned.tokenizer
    let excluded =
      leavingOutClassNames ? Set(classNames.flatMap { tokenizer.encode($0.replacing("_", with: " ")) }) : []
    let isWhole = tokenizer.wholeWords
    return Array(
      tokenizer.vocabulary.pieces.indices.lazy
        .filter { isWhole[$0] && !excluded.contains(Int32($0)) }
        .map { String(tokenizer.vocabulary.pieces[$0].dropLast("</w>".count)) }
        .filter { $0.utf8.count >= 3 && $0.allSatisfy(\.isASCII) }
        .prefix(limit))
  }

  /// Returns lists of random whole words, one word for each vector.
  func arbitraryWords(lists: Int, seed: UInt64) -> [[Int]] {
    let isWhole = learned.tokenizer.wholeWords
    let candidates = isWhole.indices.filter { isWhole[$0] && isWord($0) }
    return ArbitraryWords.lists(lists, of: matrix.rows, from: candidates, seed: seed)
  }

  /// Returns a word for each vector: the same ones in every class's context.
  func everywhere(_ words: [Int]) -> [Int] {
    (0..<matrix.rows).map { words[$0 % matrix.length % max(words.count, 1)] }
  }
}
