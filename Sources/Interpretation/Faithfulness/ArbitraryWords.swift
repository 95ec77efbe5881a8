import PromptLensTensors

/// Words that have nothing to do with a task, because they were drawn at random.
package enum ArbitraryWords {
  /// Draws lists of words, every word with the same probability.
  ///
  /// - Parameters:
  ///   - count: the number of lists.
  ///   - length: the number of words in a list.
  ///   - candidates: the words to draw from; without any, the lists hold word 0.
  ///   - seed: the seed of the draw.
  /// - Returns: The lists.
  package static func lists(_ count: Int, of length: Int, from candidates: [Int], seed: UInt64) -> [[Int]] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in (0..<length).map { _ in candidates.randomElement(using: &random) ?? 0 } }
  }
}
