import PromptLensTensors

/// The accuracy of a classifier on the images of a domain: in numbers, and image by image for paired tests.
package struct DomainAccuracy: Sendable {
  /// The numbers.
  package let metrics: ClassificationMetrics
  /// For each image, whether it was right.
  package let isCorrect: [Bool]

  /// The accuracy.
  package var accuracy: Double { metrics.accuracy }
  /// The expected calibration error.
  package var calibrationError: Double { metrics.probabilities?.expectedCalibrationError ?? .nan }

  /// Looks at logits; of equal ones the first class wins, as everywhere.
  ///
  /// - Parameters:
  ///   - logits: `[images, ways]`.
  ///   - labels: for each image its class.
  /// - Throws: ``EvaluationError`` when they do not go together.
  package init(logits: Tensor, labels: [Int]) throws(EvaluationError) {
    metrics = try ClassificationMetrics(logits: logits, labels: labels)
    isCorrect = zip(CosineClassifier.predictions(ofLogits: logits), labels).map { $0 == $1 }
  }
}
