/// One of several equal parts of the work, so that machines can share it.
package struct Shard: Sendable, Equatable, CustomStringConvertible {
  /// The part's index, from 0.
  package let index: Int
  /// The number of parts.
  package let count: Int

  /// All of the work.
  package static let whole = Shard(unchecked: 0, of: 1)

  init(unchecked index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  /// Reads `i/N` with i from 1 to N.
  ///
  /// - Throws: ``FeatureError/badShard(text:reason:)``.
  package init(_ text: String) throws(FeatureError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), (1...1_000_000).contains(count),
      (1...count).contains(number)
    else { throw .badShard(text: text, reason: "expected i/N with i from 1 to N, as 1/4 … 4/4, or auto") }
    self.init(unchecked: number - 1, of: count)
  }

  /// The shard's notation: `1/4`.
  package var description: String { "\(index + 1)/\(count)" }

  /// Returns the part of a list of `total` that falls to this shard: shards follow each other and differ by one at
  /// most.
  package func range(of total: Int) -> Range<Int> {
    func boundary(_ shard: Int) -> Int { total / count * shard + min(total % count, shard) }
    return boundary(index)..<boundary(index + 1)
  }
}
