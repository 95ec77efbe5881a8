/// The metrics of a score as a detector of wrong labels.
package struct NoiseDetection: Sendable, Equatable {
  /// The fraction of the flagged labels that are wrong; nil if none is flagged.
  package let precision: Double?
  /// The fraction of the wrong labels that are flagged; nil if none is wrong.
  package let recall: Double?
  /// The probability that a wrong label scores higher than a correct one, with ties counting half; nil without labels
  /// of both kinds. Source: Mann and Whitney, "On a Test of Whether one of Two Random Variables is Stochastically
  /// Larger than the Other" (1947).
  package let areaUnderCurve: Double?
  /// `Σ (R_n − R_{n−1}) P_n` over the thresholds, equal scores being one; nil when none is wrong. It is scikit-learn's
  /// `average_precision_score`.
  package let averagePrecision: Double?
  /// The number of flagged labels.
  package let flagged: Int

  /// Creates the metrics from stored values.
  package init(
    precision: Double?, recall: Double?, areaUnderCurve: Double?, averagePrecision: Double?, flagged: Int
  ) {
    self.precision = precision
    self.recall = recall
    self.areaUnderCurve = areaUnderCurve
    self.averagePrecision = averagePrecision
    self.flagged = flagged
  }

  /// Creates the metrics of a score.
  ///
  /// - Parameters:
  ///   - scores: the suspicion of each image.
  ///   - flags: whether the score's own rule flags each image.
  ///   - isWrong: whether each image's label is wrong.
  /// - Throws: ``EvaluationError/countMismatch(predictions:labels:)`` when the lists differ in length.
  package init(scores: [Double], flags: [Bool], isWrong: [Bool]) throws(EvaluationError) {
    guard scores.count == isWrong.count, flags.count == isWrong.count else {
      throw .countMismatch(predictions: min(scores.count, flags.count), labels: isWrong.count)
    }
    let wrong = isWrong.count { $0 }
    let right = isWrong.count - wrong
    flagged = flags.count { $0 }
    let hits = zip(flags, isWrong).count { $0 && $1 }
    precision = flagged > 0 ? Double(hits) / Double(flagged) : nil
    recall = wrong > 0 ? Double(hits) / Double(wrong) : nil

    // From the highest score down, groups of equal scores at once.
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    var (above, wrongAbove) = (0, 0)
    var (pairs, average) = (0.0, 0.0)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      let groupWrong = order[start..<end].count { isWrong[$0] }
      let groupRight = end - start - groupWrong
      pairs += Double(groupRight) * (Double(wrongAbove) + Double(groupWrong) / 2)
      (above, wrongAbove) = (end, wrongAbove + groupWrong)
      average += Double(groupWrong) * Double(wrongAbove) / Double(above)
      start = end
    }
    areaUnderCurve = wrong > 0 && right > 0 ? pairs / (Double(wrong) * Double(right)) : nil
    averagePrecision = wrong > 0 ? average / Double(wrong) : nil
  }
}
