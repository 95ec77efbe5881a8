import PromptLensTensors

/// A bootstrap confidence interval of the mean of paired differences over images.
///
/// Pairs are resampled with replacement, and the interval has the percentiles of the resampled means. The draws depend
/// only on the seed. Source: Efron and Tibshirani, "An Introduction to the
/// Bootstrap" (1993), chapters 13 and 15.
package struct PairedBootstrap: Sendable, Equatable {
  /// The mean of the measured differences.
  package let difference: Double
  /// The percentile interval of the mean.
  package let interval: ClosedRange<Double>
  /// The two-sided p: twice the share of draws on the other side of zero, including the measured one.
  package let p: Double
  /// The number of draws.
  package let resamples: Int

  /// Computes the interval.
  ///
  /// - Parameters:
  ///   - differences: one for each image: of two classifiers 1, 0 or −1; or its mean over seeds.
  ///   - resamples: the number of draws.
  ///   - level: the confidence level of the interval.
  ///   - seed: the seed of the draws.
  /// - Throws: ``EvaluationError/noImages`` when `differences` is empty.
  package init(differences: [Double], resamples: Int = 10_000, level: Double = 0.95, seed: UInt64 = 1) throws {
    guard !differences.isEmpty else { throw EvaluationError.noImages }
    let resamples = max(resamples, 1)
    let count = differences.count
    let means = try Parallel.map(resamples) { resample in
      var stream = RandomStream.bootstrap(resample: resample, seed: seed)
      var sum = 0.0
      stream.resample(count) { sum += differences[$0] }
      return sum / Double(count)
    }.sorted()
    let tail = (1 - min(max(level, 0), 1)) / 2
    difference = differences.reduce(0, +) / Double(count)
    interval = Self.quantile(means, tail)...Self.quantile(means, 1 - tail)
    let (below, above) = (means.count { $0 <= 0 }, means.count { $0 >= 0 })
    p = min(2 * Double(min(below, above) + 1) / Double(resamples + 1), 1)
    self.resamples = resamples
  }

  /// Draws the images of two classifiers anew; the difference is the second's accuracy minus the first's.
  ///
  /// - Parameters:
  ///   - first: for each image, whether the first classifier was right.
  ///   - second: the same of the second, in the same order.
  ///   - resamples: the number of draws.
  ///   - level: the confidence level of the interval.
  ///   - seed: the seed of the draws.
  /// - Throws: ``EvaluationError`` when the lists differ in length or are empty.
  package init(
    first: [Bool], second: [Bool], resamples: Int = 10_000, level: Double = 0.95, seed: UInt64 = 1
  ) throws {
    guard first.count == second.count else {
      throw EvaluationError.unpairedCounts(first: first.count, second: second.count)
    }
    try self.init(
      differences: zip(first, second).map { ($1 ? 1 : 0) - ($0 ? 1 : 0) }, resamples: resamples, level: level,
      seed: seed)
  }

  /// Returns the value below which a share of sorted values lies, between two of them in proportion, as NumPy's
  /// `quantile`.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let position = share * Double(sorted.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }
}
