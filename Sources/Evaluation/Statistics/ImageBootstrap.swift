import PromptLensTensors

/// Confidence intervals of the means of several quantities over the same images.
///
/// The images of each draw are the same for all quantities, so that intervals can be compared. The draws are those of
/// ``PairedBootstrap``, and depend on the seed alone. Source: Efron and Tibshirani, "An Introduction to the Bootstrap"
/// (1993), chapter 13.
package struct ImageBootstrap: Sendable {
  /// The mean of a quantity with its interval.
  package struct Estimate: Sendable, Equatable {
    /// The mean over the images.
    package let value: Double
    /// The percentile interval of the mean.
    package let interval: ClosedRange<Double>
    /// The two-sided p of a mean of zero: twice the share of draws on the other side, the measured one counted among
    /// them.
    package let p: Double

    /// Creates an estimate.
    package init(value: Double, interval: ClosedRange<Double>, p: Double) {
      self.value = value
      self.interval = interval
      self.p = p
    }

    /// A Boolean value that indicates whether the interval leaves out 0.
    package var isClear: Bool { !interval.contains(0) }
  }

  private let images: Int
  private let resamples: Int
  private let level: Double
  private let seed: UInt64

  /// Creates the bootstrap.
  ///
  /// - Parameters:
  ///   - images: the number of images.
  ///   - resamples: the number of draws.
  ///   - level: the share of them that an interval holds.
  ///   - seed: the seed of the draws.
  package init(images: Int, resamples: Int = 2000, level: Double = 0.95, seed: UInt64 = 1) {
    self.images = images
    self.resamples = max(resamples, 1)
    self.level = level
    self.seed = seed
  }

  /// Estimates the means of quantities.
  ///
  /// - Parameter columns: the values of each quantity, one for each image.
  /// - Returns: an estimate for each quantity.
  /// - Throws: ``EvaluationError`` when there are no images, or a quantity has another number of values.
  package func estimates(_ columns: [[Float]]) throws -> [Estimate] {
    let (images, seed) = (self.images, self.seed)
    guard images > 0 else { throw EvaluationError.noImages }
    if let other = columns.first(where: { $0.count != images }) {
      throw EvaluationError.unpairedCounts(first: images, second: other.count)
    }
    let draws = try Parallel.map(resamples) { resample -> [Double] in
      var weights = [Float](repeating: 0, count: images)
      var stream = RandomStream.bootstrap(resample: resample, seed: seed)
      stream.resample(images) { weights[$0] += 1 }
      return columns.map { Self.mean($0, weights) }
    }
    let ones = [Float](repeating: 1, count: images)
    return columns.enumerated().map { index, column in
      let means = draws.map { $0[index] }.sorted()
      let tail = (1 - min(max(level, 0), 1)) / 2
      let (below, above) = (means.count { $0 <= 0 }, means.count { $0 >= 0 })
      return Estimate(
        value: Self.mean(column, ones),
        interval: PairedBootstrap.quantile(means, tail)...PairedBootstrap.quantile(means, 1 - tail),
        p: min(2 * Double(min(below, above) + 1) / Double(resamples + 1), 1))
    }
  }

  /// Returns the weighted sum over the number of values, in f64.
  private static func mean(_ values: [Float], _ weights: [Float]) -> Double {
    var sum = 0.0
    values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        for index in values.indices { sum += Double(values[index]) * Double(weights[index]) }
      }
    }
    return sum / Double(values.count)
  }
}
