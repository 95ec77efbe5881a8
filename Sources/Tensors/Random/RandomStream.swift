import Foundation

/// A reproducible sequence of random numbers: the ``Philox`` blocks of one key, beginning at a counter.
///
/// A stream depends only on its seed and its counter, so that resumed, reordered or parallel work draws the same
/// numbers. The streams of the program are listed in `RandomStream+Purposes.swift`.
package struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let stride: UInt32
  private var counter: SIMD4<UInt32>
  private var block: SIMD4<UInt32> = .zero
  /// The number of used words of `block`; all of them before the first block.
  private var taken = 4

  /// Creates a stream.
  ///
  /// - Parameters:
  ///   - seed: the key.
  ///   - counter: the counter of the first block. The first word counts blocks and carries into the second.
  ///   - stride: the step of the counter from block to block.
  package init(seed: UInt64, counter: SIMD4<UInt32>, stride: UInt32 = 1) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.counter = counter
    self.stride = stride
  }

  /// Returns the next four words; the rest of the current block is skipped.
  package mutating func nextBlock() -> SIMD4<UInt32> {
    let words = Philox.block(counter: counter, key: key)
    let (sum, overflow) = counter.x.addingReportingOverflow(stride)
    counter.x = sum
    if overflow { counter.y &+= 1 }
    taken = 4
    return words
  }

  /// Returns the next 32 bits.
  package mutating func nextWord() -> UInt32 {
    if taken == 4 {
      block = nextBlock()
      taken = 0
    }
    defer { taken += 1 }
    return block[taken]
  }

  /// Returns the next 64 bits, the first of two words being the high half.
  package mutating func next() -> UInt64 {
    let high = nextWord()
    return UInt64(high) << 32 | UInt64(nextWord())
  }

  /// Returns an integer from 0 to below `bound`, uniform to one part in 2^64 / `bound`.
  package mutating func integer(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  /// Returns a number drawn uniformly from a range: 24 random bits, the precision of an f32, scaled to
  /// it.
  package mutating func uniform(in range: ClosedRange<Float>) -> Float {
    let fraction = Float(nextWord() >> 8) / Float(1 << 24)
    return fraction * (range.upperBound - range.lowerBound) + range.lowerBound
  }

  /// Returns a number from above 0 to below 1, the middle of one of 2^52 equal intervals.
  package mutating func openUnit() -> Double { (Double(next() >> 12) + 0.5) / Double(1 << 52) }

  /// Returns the numbers 0 to below `count` in random order. Source: Durstenfeld, "Algorithm 235" (1964).
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in Swift.stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, integer(below: index + 1)) }
    return order
  }

  /// Returns normally distributed numbers of mean 0.
  ///
  /// Source: Box and Muller, "A Note on the Generation of Random Normal Deviates" (1958).
  package mutating func normal(count: Int, deviation: Double) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(count + 1)
    while numbers.count < count {
      // From above 0 to 1, so that the logarithm is finite.
      let first = (Double(next() >> 11) + 1) / Double(1 << 53)
      let second = Double(next() >> 11) / Double(1 << 53)
      let radius = deviation * (-2 * log(first)).squareRoot()
      numbers.append(Float(radius * cos(2 * .pi * second)))
      numbers.append(Float(radius * sin(2 * .pi * second)))
    }
    return Array(numbers.prefix(count))
  }
}

/// Philox4x32-10, a function from a counter and a key to four random words: the source of every ``RandomStream``.
///
/// Blocks can be computed independently, in any order and on any thread.
/// Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011).
package enum Philox {
  /// Returns the four words of a counter and a key after ten rounds.
  package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (counter, key) = (counter, key)
    for _ in 0..<10 {
      let first = UInt64(counter.x) * 0xD251_1F53
      let second = UInt64(counter.z) * 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: first))
      key = SIMD2(key.x &+ 0x9E37_79B9, key.y &+ 0xBB67_AE85)
    }
    return counter
  }
}
