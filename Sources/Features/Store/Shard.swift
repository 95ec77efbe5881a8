/// One of several equal parts of the work, for sharing it among machines.
package struct Shard: Sendable, Equatable, CustomStringConvertible {
  /// The part's index, from 0.
  package let index: Int
  /// The number of parts.
  package let count: Int

  /// The whole work.
  package static let whole = Shard(unchecked: 0, of: 1)

  init(unchecked index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  /// Parses `i/N` with i from 1 to N.
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

  /// Returns this shard's range of a list of `total` elements; shards are consecutive and their sizes differ by at most
  /// one.
  package func range(of total: Int) -> Range<Int> {
    func boundary(_ shard: Int) -> Int { total / count * shard + min(total % count, shard) }
    return boundary(index)..<boundary(index + 1)
  }
}
