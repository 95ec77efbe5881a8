import PromptLensJSONDocuments

/// A summary of runs that differ only in their seed: mean, deviation and Student's interval of the mean.
package struct SeedSummary: Sendable, Equatable {
  /// The number of runs.
  package let count: Int
  /// The mean of the runs.
  package let mean: Double
  /// The standard deviation, with the divisor `count − 1`; nil for a single run.
  package let standardDeviation: Double?
  /// The confidence level of the interval.
  package let level: Double

  /// Pools runs.
  ///
  /// - Parameters:
  ///   - values: one number for each run.
  ///   - level: the confidence level of the interval.
  /// - Throws: ``EvaluationError/noRuns`` when `values` is empty.
  package init(_ values: [Double], level: Double = 0.95) throws(EvaluationError) {
    guard !values.isEmpty else { throw .noRuns }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    count = values.count
    self.mean = mean
    standardDeviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
    self.level = level
  }

  /// Creates a summary of known moments.
  ///
  /// - Parameters:
  ///   - count: the number of runs.
  ///   - mean: their mean.
  ///   - standardDeviation: their standard deviation; nil of a single run.
  ///   - level: the confidence level of the interval.
  package init(count: Int, mean: Double, standardDeviation: Double?, level: Double = 0.95) {
    self.count = count
    self.mean = mean
    self.standardDeviation = count > 1 ? standardDeviation : nil
    self.level = level
  }

  /// Half of ``interval``: `t(level, n − 1) · s / √n`; nil of a single run.
  package var halfWidth: Double? {
    standardDeviation.map {
      StudentDistribution(degrees: count - 1).bound(of: level) * $0 / Double(count).squareRoot()
    }
  }

  /// The confidence interval of the mean over all possible seeds; nil for a single run.
  package var interval: ClosedRange<Double>? { halfWidth.map { mean - $0...mean + $0 } }
}

extension SeedSummary {
  /// The members that documents give a summary: `n`, `mean`, `sd`, `low`, `high` and `level`.
  package var json: JSON {
    [
      "n": JSON(count), "mean": .number(mean), "sd": standardDeviation.map { .number($0) } ?? .null,
      "low": interval.map { .number($0.lowerBound) } ?? .null,
      "high": interval.map { .number($0.upperBound) } ?? .null, "level": .number(level),
    ]
  }

  /// Reads a summary as ``json`` writes it; the interval follows from the other members.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package init(_ node: JSONNode) throws(JSONError) {
    self.init(
      count: try node.integer("n"), mean: try node.number("mean"),
      standardDeviation: try node.optionalNumber("sd"), level: try node.optionalNumber("level") ?? 0.95)
  }
}
