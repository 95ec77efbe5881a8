import PromptLensTensors

/// Confidence intervals of detection metrics over the images, of known classes and of others alike.
///
/// Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
package struct DetectionBootstrap: Sendable {
  /// Percentile intervals.
  package struct Intervals: Sendable, Equatable {
    /// The interval of ``DetectionMetrics/areaUnderROC``.
    package let areaUnderROC: ClosedRange<Double>
    /// The interval of ``DetectionMetrics/falsePositives``.
    package let falsePositives: ClosedRange<Double>
  }

  private let resamples: Int
  private let level: Double
  private let seed: UInt64

  /// Creates the bootstrap.
  ///
  /// - Parameters:
  ///   - resamples: the number of draws.
  ///   - level: the share of them that an interval holds.
  ///   - seed: the seed of the draws.
  package init(resamples: Int = 1000, level: Double = 0.95, seed: UInt64 = 1) {
    self.resamples = max(resamples, 1)
    self.level = level
    self.seed = seed
  }

  /// Computes the intervals of the mean over several sets of other images.
  ///
  /// - Parameter rankings: one for each set, all with the same known images; at least one.
  /// - Returns: the intervals.
  /// - Throws: `TensorError` if a worker fails.
  package func intervals(_ rankings: [ScoreRanking]) throws -> Intervals {
    let seed = self.seed
    let draws = try Parallel.map(resamples) { resample -> DetectionMetrics in
      var stream = RandomStream.bootstrap(resample: resample, seed: seed)
      let known = Self.weights(rankings[0].knownCount, &stream)
      return DetectionMetrics.mean(
        rankings.map { $0.metrics(known: known, others: Self.weights($0.otherCount, &stream)) })
    }
    func interval(_ value: (DetectionMetrics) -> Double) -> ClosedRange<Double> {
      let sorted = draws.map(value).sorted()
      let tail = (1 - min(max(level, 0), 1)) / 2
      return PairedBootstrap.quantile(sorted, tail)...PairedBootstrap.quantile(sorted, 1 - tail)
    }
    return Intervals(areaUnderROC: interval(\.areaUnderROC), falsePositives: interval(\.falsePositives))
  }

  /// Draws as many images as there are, with replacement, and returns how often each was drawn.
  private static func weights(_ images: Int, _ stream: inout RandomStream) -> [Double] {
    var weights = [Double](repeating: 0, count: images)
    stream.resample(images) { weights[$0] += 1 }
    return weights
  }
}
