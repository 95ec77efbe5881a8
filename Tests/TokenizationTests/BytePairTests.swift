import Foundation
import TestSupport
import Testing
import PromptLensTokenization

/// Byte-pair encoding in the plainest way: merge all neighbors of the lowest rank, and look again.
private struct PlainEncoder {
  private let ranks: [[Int32]: (rank: Int, merged: Int32)]
  private let vocabulary: Vocabulary

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    let merges = vocabulary.merges.enumerated()
    ranks = Dictionary(
      uniqueKeysWithValues: merges.map { ([$0.element.left, $0.element.right], ($0.offset, $0.element.merged)) })
  }

  /// Returns the ids of a word of ASCII letters, whose pieces are the letters themselves.
  func encode(_ word: String) -> [Int32] {
    let pieces = word.dropLast().map { String($0) } + [String(word.suffix(1)) + "</w>"]
    var ids = pieces.compactMap { vocabulary.id(of: $0) }
    while true {
      let pairs = zip(ids, ids.dropFirst()).compactMap { ranks[[$0, $1]] }
      guard let best = pairs.min(by: { $0.rank < $1.rank }) else { return ids }
      var merged: [Int32] = []
      var index = 0
      while index < ids.count {
        let isPair = index + 1 < ids.count && ranks[[ids[index], ids[index + 1]]]?.rank == best.rank
        merged.append(isPair ? best.merged : ids[index])
        index += isPair ? 2 : 1
      }
      ids = merged
    }
  }
}

@Suite("Byte-pair encoding")
struct BytePairTests {
  /// Returns the small vocabulary with its merges in another order, so that a merge may come before those that make its
  /// parts.
  private func shuffled(seed: UInt64) throws -> Vocabulary {
    let small = try SmallVocabulary.load()
    var generator = SplitMix64(seed: seed)
    let lines = small.merges.shuffled(using: &generator).map {
      "\(small.pieces[Int($0.left)]) \(small.pieces[Int($0.right)])"
    }
    return try withTemporaryFolder { folder in
      let text = "#version: 0.2\n" + lines.joined(separator: "\n")
      try text.write(toFile: "\(folder)/merges.txt", atomically: true, encoding: .utf8)
      return try Vocabulary(openAIFile: "\(folder)/merges.txt")
    }
  }

  @Test("short and long words have the ids of the plain algorithm for any order of merges", arguments: 0..<12)
  func plain(seed: UInt64) throws {
    let vocabulary = seed == 0 ? try SmallVocabulary.load() : try shuffled(seed: seed)
    let tokenizer = CLIPTokenizer(vocabulary: vocabulary)
    let plain = PlainEncoder(vocabulary)
    var generator = SplitMix64(seed: seed)
    for length in [1, 2, 3, 5, 8, 20, 100, 127, 128, 129, 130, 200, 400] {
      for letters in ["a", "ao", "photwr", "abcdefghiorstnl"] {
        let word = String((0..<length).compactMap { _ in letters.randomElement(using: &generator) })
        #expect(tokenizer.encode(word, cleaning: .none) == plain.encode(word), "\(word)")
      }
    }
  }

  @Test("a tokenizer can be used from many threads concurrently")
  func threads() async throws {
    let tokenizer = CLIPTokenizer(vocabulary: try SmallVocabulary.load())
    let texts = try SmallVocabulary.lines()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 { group.addTask { texts.allSatisfy { tokenizer.encode($0.text) == $0.openAI } } }
      for await isSame in group { #expect(isSame) }
    }
  }
}
