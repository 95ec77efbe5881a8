import PromptLensEvaluation

/// The detection of images of unknown classes, by several scores.
package struct UnknownClassResult: Sendable {
  /// A score on all sets.
  package struct Score: Sendable {
    /// The score.
    package let score: KnownScore
    /// The ranking of each set of other images beside the known ones.
    package let rankings: [ScoreRanking]
    /// The intervals of the means over the sets.
    package let intervals: DetectionBootstrap.Intervals
    /// The scores of the known images.
    package let known: [Double]
    /// The scores of each set of other images.
    package let others: [[Double]]

    /// The metrics, means over the sets of other images.
    package var metrics: DetectionMetrics { DetectionMetrics.mean(rankings.map(\.metrics)) }
    /// The threshold that keeps 95 % of the known images.
    package var threshold: Double { rankings.first?.threshold() ?? 0 }
  }

  /// The classifier's name.
  package let classifier: String
  /// The classifier with its threshold for unknown classes; nil where its classes aren't fixed rows, or only some of them
  /// were measured.
  package let file: ClassifierFile?
  /// The known classes.
  package let classNames: [String]
  /// The name of the known images.
  package let known: String
  /// The number of known images.
  package let knownCount: Int
  /// The name and the number of images of each set of others.
  package let sets: [(name: String, count: Int)]
  /// The accuracy on the known images; nil without labels.
  package let metrics: ClassificationMetrics?
  /// All scores.
  package let scores: [Score]
  /// The remarks on the images of all sets.
  package let remarks: ImageRemarks
  /// Warnings about the images, sentences without a period.
  package let warnings: [String]
  /// The number of bootstrap draws.
  package let resamples: Int
  /// The seed of the draws.
  package let seed: UInt64
}
