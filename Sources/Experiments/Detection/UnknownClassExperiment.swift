import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors

/// A measurement of how well scores tell images of known classes from images of other classes.
package struct UnknownClassExperiment: Sendable {
  /// The classifier.
  package var classifier: ScoredClassifier
  /// The images of known classes.
  package var known: ScoredSource
  /// Sets of images of other classes.
  package var others: [ScoredSource]
  /// A file of words for `KnownScore.negativeLabels`, or `vocabulary` for the whole words of the model's; nil to
  /// leave that score out.
  package var negativeWords: String?
  /// The score whose threshold the classifier's file gets.
  package var thresholdScore = KnownScore.maximumConceptMatching
  /// The number of bootstrap draws.
  package var resamples = 1000
  /// The seed of the draws.
  package var seed: UInt64 = 1
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates an experiment.
  package init(_ classifier: ScoredClassifier, known: ScoredSource, others: [ScoredSource]) {
    self.classifier = classifier
    self.known = known
    self.others = others
  }

  /// The name of the model's own words in ``negativeWords``.
  package static let vocabulary = "vocabulary"

  /// Scores all images.
  ///
  /// - Parameter observer: the receiver of progress and notes.
  /// - Returns: the metrics of every score on every set.
  /// - Throws: errors of inputs that cannot be read or don't go together;
  ///   ``ExperimentError/noUnknownImages(data:reason:)`` for a set whose classes are all known.
  package func run(observer: ExperimentObserver = .silent) throws -> UnknownClassResult {
    let opened = try OpenedClassifier(self, observer: observer)
    let knownImages = try opened.knownImages(observer: observer)
    let negatives = try negativeWords.map { try opened.negativeLabels($0, seed: seed, observer: observer) }
    let sets = try others.map { try opened.otherImages($0, observer: observer) }
    let knownScores = try opened.scores(of: knownImages, negatives)
    var measured: [UnknownClassResult.Score] = []
    let scored = try sets.map { try opened.scores(of: $0, negatives) }
    for (index, (score, values)) in knownScores.enumerated() {
      let rankings = try scored.map { try ScoreRanking(known: values, others: $0[index].values) }
      measured.append(
        UnknownClassResult.Score(
          score: score, rankings: rankings,
          intervals: try DetectionBootstrap(resamples: resamples, seed: seed).intervals(rankings),
          known: values, others: scored.map { $0[index].values }))
    }
    let overlap = try opened.overlap(observer: observer)
    let threshold = measured.first { $0.score == thresholdScore }?.threshold
    return UnknownClassResult(
      classifier: opened.name,
      file: threshold.flatMap { value in
        opened.file?.with(UnknownThreshold(score: thresholdScore, value: value))
      }, classNames: opened.classNames, known: knownImages.name,
      knownCount: knownImages.features.shape.dimensions[0],
      sets: sets.map { ($0.name, $0.features.shape.dimensions[0]) },
      metrics: knownImages.metrics, scores: measured,
      remarks: .joined([knownImages.remarks] + sets.map(\.remarks)), warnings: overlap.map { [$0] } ?? [],
      resamples: resamples, seed: seed)
  }
}
