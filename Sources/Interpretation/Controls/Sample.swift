import Foundation

/// A sample of numbers that another is compared with.
package struct Sample: Sendable, Equatable {
  /// The numbers, ascending.
  package let values: [Double]
  /// The mean; not a number if there aren't any.
  package let mean: Double
  /// The standard deviation, with n − 1; 0 for fewer than two numbers.
  package let deviation: Double

  /// Creates a sample of numbers in any order.
  package init(_ values: some Collection<Double>) {
    // Summed in ascending order, so that the same numbers in another order give the same bits.
    let sorted = values.sorted()
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    self.values = sorted
    self.mean = mean
    // Of equal numbers the mean may differ in its last digit.
    deviation =
      sorted.first == sorted.last
      ? 0 : (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sorted.count - 1)).squareRoot()
  }

  /// Returns (x − mean) / deviation; `nil` if the numbers don't differ.
  package func zScore(of value: Double) -> Double? { deviation > 0 ? (value - mean) / deviation : nil }

  /// Returns the share of the numbers that are larger than `value`.
  package func shareAbove(_ value: Double) -> Double {
    Double(values.count { $0 > value }) / Double(max(values.count, 1))
  }

  /// The standard error of the mean; `nil` for fewer than two numbers.
  package var standardError: Double? {
    values.count < 2 ? nil : deviation / Double(values.count).squareRoot()
  }
}
