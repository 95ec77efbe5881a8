import PromptLensTensors

/// Random numbers that depend on a seed, a split, and an index alone, so the noise of a higher rate changes the images
/// that a lower one changes, to the same classes, and more.
struct NoiseRandomNumbers {
  private let key: SIMD2<UInt32>
  private let stream: UInt32

  init(seed: Int, split: Split) {
    let seed = UInt64(bitPattern: Int64(seed))
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = split == .train ? 0 : 1
  }

  /// A purpose of random numbers.
  enum Purpose: UInt32 {
    /// Which images of a class, and what they become.
    case images
    /// The order of the classes that false positives are drawn for, and which they are.
    case falsePositives
  }

  /// Returns two numbers from above 0 to below 1.
  func numbers(_ purpose: Purpose, _ index: Int) -> (first: Double, second: Double) {
    let words = Philox.block(
      counter: SIMD4(UInt32(truncatingIfNeeded: index), purpose.rawValue, stream, 0x6E6F_6973), key: key)
    func unit(_ high: UInt32, _ low: UInt32) -> Double {
      (Double((UInt64(high) << 32 | UInt64(low)) >> 12) + 0.5) / Double(1 << 52)
    }
    return (unit(words.x, words.y), unit(words.z, words.w))
  }
}

extension [Double] {
  /// Returns the index that a number from 0 to 1 falls to when indices have these weights; nil when all are zero.
  func index(of number: Double) -> Int? {
    var left = number * reduce(0, +)
    var last: Int?
    for (index, weight) in enumerated() where weight > 0 {
      last = index
      left -= weight
      if left < 0 { break }
    }
    return last
  }
}
