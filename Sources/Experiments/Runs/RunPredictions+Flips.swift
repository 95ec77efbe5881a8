import Foundation
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensInterpretation

extension RunPredictions {
  /// The images whose predictions learning changed.
  package var flips: PredictionFlips { PredictionFlips(before: zeroShot, after: learned, labels: labels) }

  /// The accuracy of a class before and after learning.
  package struct ClassChange {
    package let name: String
    /// The number of images of the class.
    package let total: Int
    package let zeroShot: Double
    package let learned: Double

    /// The learned prompt's accuracy minus zero-shot CLIP's.
    package var change: Double { learned - zeroShot }
  }

  /// Returns the changes of all classes with images.
  ///
  /// - Throws: `EvaluationError` when there aren't any images.
  package func classChanges() throws -> [ClassChange] {
    let before = try ClassificationMetrics(predictions: zeroShot, labels: labels, classCount: classNames.count)
    let after = try learnedMetrics()
    return classNames.indices.compactMap { label in
      guard let first = before.accuracy(of: label), let second = after.accuracy(of: label) else { return nil }
      return ClassChange(name: classNames[label], total: after.total(of: label), zeroShot: first, learned: second)
    }
  }

  /// Returns the metrics of the learned prompt.
  ///
  /// - Throws: `EvaluationError` when there aren't any images.
  package func learnedMetrics() throws -> ClassificationMetrics {
    try ClassificationMetrics(predictions: learned, labels: labels, classCount: classNames.count)
  }
}

extension RunFolder {
  /// Returns the folder that the paths of the run's images are relative to: the root of its data set, if it can be
  /// opened.
  package func imageRoot() -> String? {
    description.data.flatMap { try? DataSource($0).dataset().root }
  }
}
