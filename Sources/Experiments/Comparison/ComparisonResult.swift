import PromptLensEvaluation

/// A classifier among others on the same images; several seeds of one are pooled.
package struct ComparedClassifier: Sendable {
  /// The name: the method, and the settings in which it differs from others.
  package let name: String
  /// The seeds, where they are known.
  package let seeds: [Int]
  /// For each seed, whether each image was classified correctly.
  package let correct: [[Bool]]

  /// Creates a classifier from its decisions.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - seeds: the seeds, where they are known.
  ///   - correct: for each seed, whether each image was classified correctly; at least one seed.
  package init(name: String, seeds: [Int], correct: [[Bool]]) {
    self.name = name
    self.seeds = seeds
    self.correct = correct
  }

  /// The share of seeds that classified each image correctly.
  package var shares: [Double] {
    (correct.first ?? []).indices.map { image in
      Double(correct.count { $0[image] }) / Double(max(correct.count, 1))
    }
  }

  /// The mean accuracy over images and seeds.
  package var accuracy: Double { shares.reduce(0, +) / Double(max(shares.count, 1)) }
}

/// The accuracies of classifiers on the same images, with the difference of every two.
package struct ComparisonResult: Sendable {
  /// Two classifiers, the more accurate one first.
  package struct Pair: Sendable {
    /// The index of the more accurate classifier; of equal ones, the first given.
    package let first: Int
    /// The index of the other.
    package let second: Int
    /// The first's accuracy minus the second's, with its interval and p over images.
    package let difference: PairedDifference
    /// McNemar's exact p; nil where seeds are pooled.
    package let mcnemarP: Double?
    /// p after Holm's correction for the number of pairs.
    package let correctedP: Double

    /// Whether the difference is significant at 5 % after correction.
    package var isSignificant: Bool { correctedP < 0.05 }
  }

  /// The name of the images.
  package let data: String
  /// The number of classes to choose among.
  package let classCount: Int
  /// The number of images.
  package let imageCount: Int
  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// Warnings of classifiers that were learned from some of the images.
  package let warnings: [RunWarning]
  /// The classifiers, the most accurate first.
  package let subjects: [ComparedClassifier]
  /// The intervals of their accuracies over images, 95 %.
  package let intervals: [ClosedRange<Double>]
  /// Every two classifiers.
  package let pairs: [Pair]
  /// The number of bootstrap draws.
  package let resamples: Int
  /// The seed of the draws.
  package let seed: UInt64

  /// Compares classifiers.
  ///
  /// The p of a pair is McNemar's exact one for single runs, and the paired bootstrap's where seeds are pooled.
  ///
  /// - Parameters:
  ///   - data: the name of the images.
  ///   - classCount: the number of classes to choose among.
  ///   - remarks: the remarks on the images.
  ///   - warnings: warnings of classifiers that were learned from some of the images.
  ///   - subjects: the classifiers.
  ///   - resamples: the number of bootstrap draws.
  ///   - seed: the seed of the draws.
  /// - Throws: `EvaluationError` without images, or for lists of different lengths.
  package init(
    data: String, classCount: Int, remarks: ImageRemarks, warnings: [RunWarning] = [], subjects: [ComparedClassifier],
    resamples: Int, seed: UInt64
  ) throws {
    let order = subjects.indices.sorted { (-subjects[$0].accuracy, $0) < (-subjects[$1].accuracy, $1) }
    let subjects = order.map { subjects[$0] }
    self.data = data
    self.classCount = classCount
    self.remarks = remarks
    self.warnings = warnings
    self.seed = seed
    self.subjects = subjects
    self.resamples = resamples
    imageCount = subjects.first?.shares.count ?? 0
    intervals = try subjects.map {
      try PairedBootstrap(differences: $0.shares, resamples: resamples, seed: seed).interval
    }
    var found: [(first: Int, second: Int, difference: PairedDifference, mcnemarP: Double?)] = []
    for first in subjects.indices {
      for second in subjects.indices where second > first {
        let shares = zip(subjects[first].shares, subjects[second].shares).map { $0 - $1 }
        let bootstrap = try PairedBootstrap(differences: shares, resamples: resamples, seed: seed)
        let isSingle = subjects[first].correct.count == 1 && subjects[second].correct.count == 1
        let test =
          isSingle
          ? try McNemarTest(first: subjects[first].correct[0], second: subjects[second].correct[0]).exactP : nil
        found.append((first, second, PairedDifference(bootstrap), test))
      }
    }
    let corrected = HolmCorrection.corrected(found.map { $0.mcnemarP ?? $0.difference.p })
    pairs = zip(found, corrected).map {
      Pair(
        first: $0.first, second: $0.second, difference: $0.difference, mcnemarP: $0.mcnemarP, correctedP: $1)
    }
  }

  /// Returns a Boolean value that indicates whether a classifier isn't significantly worse than the most accurate one.
  package func isNearBest(_ index: Int) -> Bool {
    !pairs.contains { $0.first == 0 && $0.second == index && $0.isSignificant }
  }
}
