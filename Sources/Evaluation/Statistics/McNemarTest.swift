import Foundation

/// A test of the hypothesis that two classifiers have equal accuracy on the same images.
///
/// Only images that exactly one of them classifies correctly carry information; under equal accuracies each of these is
/// a fair coin toss. Source: McNemar, "Note on the sampling error of the difference between correlated proportions
/// or percentages" (1947).
package struct McNemarTest: Sendable, Equatable {
  /// The number of images that only the first classifier classified correctly.
  package let onlyFirst: Int
  /// The number of images that only the second classifier classified correctly.
  package let onlySecond: Int

  /// Creates a test from known counts.
  ///
  /// - Parameters:
  ///   - onlyFirst: the number of images that only the first classifier classified correctly.
  ///   - onlySecond: the number of images that only the second classifier classified correctly.
  package init(onlyFirst: Int, onlySecond: Int) {
    self.onlyFirst = max(onlyFirst, 0)
    self.onlySecond = max(onlySecond, 0)
  }

  /// Creates a test of two classifiers on the same images.
  ///
  /// - Parameters:
  ///   - first: whether the first classifier was correct for each image.
  ///   - second: the same for the second classifier, in the same order.
  /// - Throws: ``EvaluationError/unpairedCounts(first:second:)`` when the lists differ in length.
  package init(first: [Bool], second: [Bool]) throws(EvaluationError) {
    guard first.count == second.count else { throw .unpairedCounts(first: first.count, second: second.count) }
    self.init(
      onlyFirst: zip(first, second).count { $0 && !$1 }, onlySecond: zip(first, second).count { !$0 && $1 })
  }

  /// The exact two-sided p: twice the smaller tail of Binomial(n, ½), at most 1.
  package var exactP: Double {
    let discordant = onlyFirst + onlySecond
    // Terms C(n, k) / 2ⁿ by their logarithms, each from the one before.
    var logTerm = -Double(discordant) * log(2)
    var tail = exp(logTerm)
    for k in 0..<min(onlyFirst, onlySecond) {
      logTerm += log(Double(discordant - k) / Double(k + 1))
      tail += exp(logTerm)
    }
    return min(2 * tail, 1)
  }

  /// The p of χ² with one degree of freedom and Edwards's correction for continuity, `(|b − c| − 1)² / (b + c)`; 1 if
  /// the classifiers agree on all images. Source: Edwards, "Note on the correction for continuity in testing the
  /// significance of the difference between correlated proportions" (1948).
  package var correctedP: Double {
    let discordant = Double(onlyFirst + onlySecond)
    guard discordant > 0 else { return 1 }
    let excess = max(abs(Double(onlyFirst - onlySecond)) - 1, 0)
    return erfc((excess * excess / discordant / 2).squareRoot())
  }
}
