import PromptLensTensors

/// The accuracy of a classifier on the images of a domain: in numbers, and image by image for paired tests.
package struct DomainAccuracy: Sendable {
  /// The metrics.
  package let metrics: ClassificationMetrics
  /// A Boolean value for each image that indicates whether it was classified correctly.
  package let isCorrect: [Bool]

  /// The accuracy.
  package var accuracy: Double { metrics.accuracy }
  /// The expected calibration error.
  package var calibrationError: Double { metrics.probabilities?.expectedCalibrationError ?? .nan }

  /// Measures logits; of equal ones the first class wins, as everywhere.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`.
  ///   - labels: for each image its class.
  /// - Throws: ``EvaluationError`` when they do not belong together.
  package init(logits: Tensor, labels: [Int]) throws(EvaluationError) {
    metrics = try ClassificationMetrics(logits: logits, labels: labels)
    isCorrect = zip(CosineClassifier.predictions(ofLogits: logits), labels).map { $0 == $1 }
  }
}
