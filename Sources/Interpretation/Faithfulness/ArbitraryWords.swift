import PromptLensTensors

/// Words that have nothing to do with a task, because they were drawn.
package enum ArbitraryWords {
  /// Lists of words, each word drawn evenly and anew.
  ///
  /// - Parameters:
  ///   - count: the lists.
  ///   - length: the words of each.
  ///   - candidates: the words; without any, the lists hold word 0.
  ///   - seed: of the draw.
  /// - Returns: the lists.
  package static func lists(_ count: Int, of length: Int, from candidates: [Int], seed: UInt64) -> [[Int]] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in (0..<length).map { _ in candidates.randomElement(using: &random) ?? 0 } }
  }
}
