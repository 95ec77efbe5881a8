import Foundation

/// Random numbers that depend on a seed, a purpose and an epoch alone, so that a run that is resumed draws what an
/// uninterrupted one would have drawn.
///
/// They are `Philox`'s, with the seed as its key and purpose and epoch in its counter.
package struct TrainingRandomNumbers: RandomNumberGenerator, Sendable {
  /// What numbers are drawn for; each purpose has a stream of its own.
  package enum Purpose: UInt32, Sendable {
    case context = 1
    case order
    case views
    case parameters
  }

  private let key: SIMD2<UInt32>
  private let purpose: Purpose
  private let epoch: UInt32
  private var block: UInt64 = 0
  private var left: UInt64?

  /// The numbers of a purpose in an epoch.
  package init(seed: Int, purpose: Purpose, epoch: Int = 0) {
    let seed = UInt64(bitPattern: Int64(seed))
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = purpose
    self.epoch = UInt32(truncatingIfNeeded: epoch)
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    if let number = left {
      left = nil
      return number
    }
    let words = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), purpose.rawValue, epoch), key: key)
    block &+= 1
    left = UInt64(words.z) << 32 | UInt64(words.w)
    return UInt64(words.x) << 32 | UInt64(words.y)
  }

  /// A whole number from 0 to below `bound`: even to one part in 2^64 / bound.
  package mutating func integer(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  /// The numbers 0 to below `count` in random order. Source: Durstenfeld, "Algorithm 235" (1964).
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) { order.swapAt(place, integer(below: place + 1)) }
    return order
  }

  /// Numbers of the normal distribution of mean 0. Source: Box and Muller, "A Note on the Generation of Random Normal
  /// Deviates" (1958).
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
