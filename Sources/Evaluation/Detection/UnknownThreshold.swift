import PromptLensTensors

/// A threshold of a score, below which an image belongs to none of a classifier's classes.
package struct UnknownThreshold: Sendable, Equatable {
  /// The score, one of ``KnownScore/ofLogits``.
  package let score: KnownScore
  /// The smallest score of an image of a known class.
  package let value: Double

  /// Creates a threshold.
  package init(score: KnownScore, value: Double) {
    self.score = score
    self.value = value
  }

  /// Decides for each image whether it belongs to none of the classes.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`.
  ///   - scale: the factor of the cosines in the logits; 1 for logits that aren't cosines.
  /// - Returns: a decision for each image.
  package func areUnknown(logits: Tensor, scale: Float) -> [Bool] {
    (score.values(logits: logits, scale: scale) ?? []).map { $0 < value }
  }
}

extension ClassifierFile {
  private static let scoreKey = "unknown_score"
  private static let thresholdKey = "unknown_threshold"

  /// The threshold for unknown classes, a note and a number of the file; nil if none was fitted.
  package var unknownThreshold: UnknownThreshold? {
    guard let score = note(Self.scoreKey).flatMap(KnownScore.init), KnownScore.ofLogits.contains(score),
      let value = setting(Self.thresholdKey), value.isFinite
    else { return nil }
    return UnknownThreshold(score: score, value: value)
  }

  /// Returns the classifier with a threshold for unknown classes, in place of an earlier one.
  package func with(_ threshold: UnknownThreshold) -> ClassifierFile {
    var copy = self
    copy.notes = notes.filter { $0.name != Self.scoreKey } + [(Self.scoreKey, threshold.score.rawValue)]
    copy.settings = settings.filter { $0.name != Self.thresholdKey } + [(Self.thresholdKey, threshold.value)]
    return copy
  }
}
