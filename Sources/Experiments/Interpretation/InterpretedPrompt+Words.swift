import PromptLensInterpretation
import PromptLensTokenization

extension InterpretedPrompt {
  /// Whether an id may be an answer if words are looked for: no special token, such as start and end.
  var isWord: (Int) -> Bool {
    let tokenizer = learned.tokenizer
    return { !tokenizer.isSpecial($0) }
  }

  /// Returns common words of three letters or more, in the vocabulary's order, which is that of their frequency.
  func commonWords(limit: Int, leavingOutClassNames: Bool = false) -> [String] {
    let tokenizer = learned.tokenizer
    let excluded =
      leavingOutClassNames ? Set(classNames.flatMap { tokenizer.encode($0.replacing("_", with: " ")) }) : []
    let isWhole = tokenizer.wholeWords
    return Array(
      isWhole.indices.lazy
        .filter { isWhole[$0] && !excluded.contains(Int32($0)) }
        .map { tokenizer.word($0) }
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
