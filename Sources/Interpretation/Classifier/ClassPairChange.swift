import PromptLensEvaluation
import PromptLensTensors

/// The change of the mean cosine between different classes, with an interval over classes.
///
/// Classes are drawn anew, and the mean taken over the pairs of different classes drawn: a class belongs to many pairs,
/// so drawing pairs would make the interval too narrow. Source: Efron and Tibshirani, "An Introduction to the
/// Bootstrap" (1993), chapter 13.
package struct ClassPairChange: Sendable, Equatable {
  /// The mean cosine afterward minus that before.
  package let change: Double
  /// The interval of 95 %; `nil` for fewer than three classes.
  package let interval: ClosedRange<Double>?

  private static let resamples = 1000

  /// Compares the cosines of classes.
  ///
  /// - Parameters:
  ///   - before: the cosines before.
  ///   - after: the cosines afterward, of the same classes.
  ///   - seed: the seed of the draws.
  /// - Throws: `TensorError`, which would be a bug in this program.
  package init(before: ClassCosines, after: ClassCosines, seed: UInt64) throws {
    let count = min(before.matrix.count, after.matrix.count)
    let changes = (0..<count).map { row in (0..<count).map { after.matrix[row][$0] - before.matrix[row][$0] } }
    change = Self.mean(changes, weights: [Double](repeating: 1, count: count)) ?? 0
    guard count > 2 else {
      interval = nil
      return
    }
    let means = try Parallel.map(Self.resamples) { resample -> [Double] in
      var draws = SplitMix64(seed: seed &+ UInt64(resample) &* 0x9E37_79B9)
      var weights = [Double](repeating: 0, count: count)
      for _ in 0..<count { weights[Int.random(in: 0..<count, using: &draws)] += 1 }
      return Self.mean(changes, weights: weights).map { [$0] } ?? []
    }.flatMap { $0 }.sorted()
    interval = means.isEmpty ? nil : means[means.count / 40]...means[means.count - 1 - means.count / 40]
  }

  /// A Boolean value that indicates whether the interval leaves out 0, beyond rounding.
  package var isClear: Bool { abs(change) > 1e-5 && interval.map { !$0.contains(0) } ?? false }

  /// Returns the mean over pairs of different classes by the classes' weights; `nil` without pairs.
  private static func mean(_ changes: [[Double]], weights: [Double]) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for row in changes.indices where weights[row] > 0 {
      for column in changes.indices where column != row {
        let weight = weights[row] * weights[column]
        sum += weight * changes[row][column]
        total += weight
      }
    }
    return total > 0 ? sum / total : nil
  }
}
