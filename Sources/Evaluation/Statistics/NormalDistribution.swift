import Foundation

/// The standard normal distribution.
enum NormalDistribution {
  /// Returns the probability of a value of at most `x`.
  static func share(below x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// Returns the value that a share of the distribution lies below, by bisection to the last bit or so.
  ///
  /// - Parameter share: above 0 and below 1; others give ±40.
  /// - Returns: the value.
  static func quantile(_ share: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if Self.share(below: middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// Wilson's interval of a share.
///
/// Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
enum WilsonInterval {
  /// Returns the 95 % interval of a share of `count` images; nil without images.
  static func of(_ share: Double, count: Int) -> ClosedRange<Double>? {
    guard count > 0, share.isFinite else { return nil }
    let (n, z) = (Double(count), 1.959963984540054)
    let center = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return max(center - half, 0)...min(center + half, 1)
  }
}
