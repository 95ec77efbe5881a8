/// The merges by pair of ids: a hash table with open addressing, at most half full.
struct MergeTable: Sendable {
  /// The mark of a missing merge; ranks are lower.
  static let none = UInt32.max

  private struct Slot {
    var pair = UInt64.max
    var rank = MergeTable.none
    var merged: Int32 = 0
  }

  private var slots: [Slot]
  private let shift: Int

  init(_ merges: [Vocabulary.Merge]) {
    var bits = 4
    while 1 << bits < 2 * merges.count { bits += 1 }
    slots = Array(repeating: Slot(), count: 1 << bits)
    shift = 64 - bits
    for (rank, merge) in merges.enumerated() {
      let pair = Self.pair(merge.left, merge.right)
      slots[index(of: pair)] = Slot(pair: pair, rank: UInt32(rank), merged: merge.merged)
    }
  }

  /// Returns the rank of a pair's merge, or ``none``.
  func rank(_ left: Int32, _ right: Int32) -> UInt32 { slots[index(of: Self.pair(left, right))].rank }

  /// Returns the id of the token that a pair with a rank is merged into.
  func merged(_ left: Int32, _ right: Int32) -> Int32 { slots[index(of: Self.pair(left, right))].merged }

  private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Returns the slot of a pair, or the free slot where it would go.
  private func index(of pair: UInt64) -> Int {
    // Fibonacci hashing: the high bits of a product with 2^64 / golden ratio.
    var index = Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> UInt64(shift))
    while slots[index].pair != pair, slots[index].pair != .max { index = (index + 1) & (slots.count - 1) }
    return index
  }
}
