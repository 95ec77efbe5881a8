/// The quality of a score as a detector of images of known classes, which are the positive ones.
package struct DetectionMetrics: Sendable, Equatable {
  /// The area under the receiver operating characteristic: the probability that an image of a known class scores higher
  /// than another, equal scores counting half.
  package var areaUnderROC: Double
  /// The average precision with images of known classes as positive: `Σ (R_n − R_{n−1}) P_n` over the thresholds.
  package var precisionIn: Double
  /// The average precision with all other images as positive.
  package var precisionOut: Double
  /// The share of other images that score at least as high as the threshold that keeps 95 % of the known.
  package var falsePositives: Double

  /// The share of known images that ``falsePositives`` keeps.
  package static let kept = 0.95

  /// Returns the means of several detectors' metrics.
  ///
  /// - Parameter all: at least one.
  /// - Returns: the mean of each metric.
  package static func mean(_ all: [DetectionMetrics]) -> DetectionMetrics {
    func mean(_ value: (DetectionMetrics) -> Double) -> Double {
      all.reduce(0) { $0 + value($1) } / Double(max(all.count, 1))
    }
    return DetectionMetrics(
      areaUnderROC: mean(\.areaUnderROC), precisionIn: mean(\.precisionIn), precisionOut: mean(\.precisionOut),
      falsePositives: mean(\.falsePositives))
  }
}

/// The scores of images of known classes and of others, ranked once, from which metrics follow for any weights of images.
package struct ScoreRanking: Sendable {
  /// A point of the receiver operating characteristic.
  package struct Point: Sendable, Equatable {
    /// The share of other images with at least the threshold's score.
    package let falsePositives: Double
    /// The share of known images with at least the threshold's score.
    package let truePositives: Double
  }

  /// Equal scores.
  private struct Tie {
    let score: Double
    var known: [Int] = []
    var others: [Int] = []
  }

  /// The number of images of known classes.
  package let knownCount: Int
  /// The number of other images.
  package let otherCount: Int
  /// In descending order of the score.
  private let ties: [Tie]

  /// Ranks scores.
  ///
  /// - Parameters:
  ///   - known: the scores of images of known classes.
  ///   - others: the scores of other images.
  /// - Throws: ``EvaluationError/noImages`` if either is empty; ``EvaluationError/notFinite(what:)``.
  package init(known: [Double], others: [Double]) throws(EvaluationError) {
    guard !known.isEmpty, !others.isEmpty else { throw .noImages }
    guard known.allSatisfy(\.isFinite), others.allSatisfy(\.isFinite) else { throw .notFinite(what: "scores") }
    let all = known.enumerated().map { ($1, $0, true) } + others.enumerated().map { ($1, $0, false) }
    var ties: [Tie] = []
    for (score, image, isKnown) in all.sorted(by: { $0.0 > $1.0 }) {
      if ties.last?.score != score { ties.append(Tie(score: score)) }
      if isKnown { ties[ties.count - 1].known.append(image) } else { ties[ties.count - 1].others.append(image) }
    }
    self.ties = ties
    (knownCount, otherCount) = (known.count, others.count)
  }

  /// The metrics of the images as they are.
  package var metrics: DetectionMetrics {
    metrics(known: [Double](repeating: 1, count: knownCount), others: [Double](repeating: 1, count: otherCount))
  }

  /// Computes the metrics with a weight for each image, as a bootstrap draws them.
  ///
  /// - Parameters:
  ///   - known: a weight for each image of a known class, not all of them 0.
  ///   - others: a weight for each other image, not all of them 0.
  /// - Returns: the metrics.
  package func metrics(known: [Double], others: [Double]) -> DetectionMetrics {
    let (allKnown, allOthers) = (known.reduce(0, +), others.reduce(0, +))
    var found = DetectionMetrics(areaUnderROC: 0, precisionIn: 0, precisionOut: 0, falsePositives: 1)
    var (truePositives, falsePositives, isKept) = (0.0, 0.0, false)
    for tie in ties {
      let newKnown = tie.known.reduce(0) { $0 + known[$1] }
      let newOthers = tie.others.reduce(0) { $0 + others[$1] }
      guard newKnown + newOthers > 0 else { continue }
      let (othersBelow, knownBelow) = (allOthers - falsePositives, allKnown - truePositives)
      // Each new other image has all earlier known ones above it, and half of those of its own score.
      found.areaUnderROC += newOthers * (truePositives + newKnown / 2)
      found.precisionOut += newOthers * othersBelow / (othersBelow + knownBelow)
      truePositives += newKnown
      falsePositives += newOthers
      found.precisionIn += newKnown * truePositives / (truePositives + falsePositives)
      if !isKept, truePositives / allKnown >= DetectionMetrics.kept {
        isKept = true
        found.falsePositives = falsePositives / allOthers
      }
    }
    found.areaUnderROC /= allKnown * allOthers
    found.precisionIn /= allKnown
    found.precisionOut /= allOthers
    return found
  }

  /// The largest threshold whose scores, from it upward, hold a share of the known images.
  package func threshold(keeping share: Double = DetectionMetrics.kept) -> Double {
    var kept = 0
    for tie in ties {
      kept += tie.known.count
      if Double(kept) / Double(knownCount) >= share { return tie.score }
    }
    return ties.last?.score ?? 0
  }

  /// Returns the receiver operating characteristic from (0, 0) to (1, 1).
  ///
  /// - Parameter limit: the number of points, about which the curve is thinned out.
  /// - Returns: the points, in order.
  package func curve(limit: Int = 200) -> [Point] {
    var points = [Point(falsePositives: 0, truePositives: 0)]
    var (known, others) = (0, 0)
    for tie in ties {
      known += tie.known.count
      others += tie.others.count
      let point = Point(
        falsePositives: Double(others) / Double(otherCount), truePositives: Double(known) / Double(knownCount))
      let last = points[points.count - 1]
      let step = 1 / Double(max(limit, 1))
      if point.falsePositives - last.falsePositives >= step || point.truePositives - last.truePositives >= step
        || known == knownCount && others == otherCount
      {
        points.append(point)
      }
    }
    return points
  }
}
