/// Spearman's rank correlation.
package enum RankCorrelation {
  /// Returns the correlation of the ranks of two lists, equal values having the mean of their ranks; `nil` for fewer than
  /// three values, or if those of one list are all equal.
  ///
  /// Source: Spearman, "The Proof and Measurement of Association between Two Things" (1904).
  package static func between(_ first: [Double], _ second: [Double]) -> Double? {
    guard first.count == second.count, first.count > 2 else { return nil }
    let (x, y) = (ranks(first), ranks(second))
    let mean = Double(first.count + 1) / 2
    let product = zip(x, y).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    let sizes = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return sizes > 0 ? product / sizes.squareRoot() : nil
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      let (below, equal) = (values.count { $0 < value }, values.count { $0 == value })
      return Double(below) + Double(equal + 1) / 2
    }
  }
}
