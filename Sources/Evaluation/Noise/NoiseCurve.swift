/// A curve of accuracy on clean test images against the rate of wrong training labels.
package struct NoiseCurve: Sendable, Equatable {
  /// An accuracy at a rate.
  package struct Point: Sendable, Equatable {
    /// The rate of wrong labels.
    package let rate: Double
    /// The accuracy.
    package let accuracy: Double

    /// Creates an accuracy at a rate.
    package init(rate: Double, accuracy: Double) {
      self.rate = rate
      self.accuracy = accuracy
    }
  }

  /// The points by rate.
  package let points: [Point]

  /// Creates a curve.
  package init(_ points: [Point]) { self.points = points.sorted { $0.rate < $1.rate } }

  /// `∫ acc(r) dr / (r_max · acc(0))` by trapezoids: 1 for a constant curve, otherwise its mean share of the
  /// clean accuracy; nil without a point at rate 0, or without another one.
  package var normalizedArea: Double? {
    guard let first = points.first, let last = points.last, first.rate == 0, last.rate > 0, first.accuracy > 0
    else { return nil }
    let area = zip(points, points.dropFirst()).reduce(0.0) {
      $0 + ($1.1.rate - $1.0.rate) * ($1.1.accuracy + $1.0.accuracy) / 2
    }
    return area / (last.rate * first.accuracy)
  }

  /// Returns the lowest rate at which the curve falls below a level, by linear interpolation; nil if it doesn't.
  ///
  /// - Parameter level: the accuracy of zero-shot CLIP.
  /// - Returns: the rate, the first point's when the curve begins below the level.
  package func criticalRate(under level: Double) -> Double? {
    guard let first = points.first else { return nil }
    if first.accuracy < level { return first.rate }
    for (left, right) in zip(points, points.dropFirst()) where right.accuracy < level {
      let fall = left.accuracy - right.accuracy
      return left.rate + (fall > 0 ? (left.accuracy - level) / fall : 0) * (right.rate - left.rate)
    }
    return nil
  }
}
