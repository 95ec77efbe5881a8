import Foundation

/// A table by which a random word becomes a normally distributed number of mean 0 and deviation 1.
///
/// The quantile function is linear between 4,096 points of equal probability, which is within 0.0002 of it, and exact in the
/// outermost intervals.
struct NormalTable: Sendable {
  /// The table.
  static let shared = NormalTable()

  private static let bits: UInt32 = 12
  /// The intervals at each end in which the quantile is computed.
  private static let tail = 16
  private let values: [Float]

  private init() {
    let count = 1 << Self.bits
    values = (0...count).map { Float(Self.quantile(min(max(Double($0), 0.5), Double(count) - 0.5) / Double(count))) }
  }

  /// Returns the number of a word, of which all 32 bits are random.
  @inline(__always)
  func number(_ word: UInt32) -> Float {
    let index = Int(word >> (32 - Self.bits))
    guard index >= Self.tail, index < values.count - 1 - Self.tail else {
      return Float(Self.quantile((Double(word) + 0.5) / 4_294_967_296))
    }
    let share = Float((word << Self.bits) >> Self.bits) * (1 / Float(1 << (32 - Self.bits)))
    return values[index] + share * (values[index + 1] - values[index])
  }

  /// Returns the number below which a share of the normal distribution lies.
  ///
  /// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.2.23, made exact by Newton's method.
  private static func quantile(_ share: Double) -> Double {
    let small = min(share, 1 - share)
    let root = (-2 * log(small)).squareRoot()
    let numerator = 2.515517 + root * (0.802853 + root * 0.010328)
    let denominator = 1 + root * (1.432788 + root * (0.189269 + root * 0.001308))
    var distance = root - numerator / denominator
    for _ in 0..<3 {
      let beyond = erfc(distance / 2.0.squareRoot()) / 2
      distance += (beyond - small) / (exp(-distance * distance / 2) / (2 * Double.pi).squareRoot())
    }
    return share < 0.5 ? -distance : distance
  }
}
