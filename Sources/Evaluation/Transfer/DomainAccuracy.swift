import PromptLensTensors

/// The accuracy of a classifier on a domain: its metrics, and the result of each image for paired tests.
package struct DomainAccuracy: Sendable, Equatable {
  /// The metrics.
  package let metrics: ClassificationMetrics
  /// A Boolean value for each image that indicates whether it was classified correctly.
  package let isCorrect: [Bool]

  /// The accuracy.
  package var accuracy: Double { metrics.accuracy }
  /// The expected calibration error.
  package var calibrationError: Double { metrics.probabilities?.expectedCalibrationError ?? .nan }

  /// Creates the accuracy of a classifier for some of its classes, some images at a time.
  ///
  /// - Parameters:
  ///   - classifier: the classifier.
  ///   - features: image features, `[images, width]`.
  ///   - labels: the class of each image, as an index into `classes` where they are given.
  ///   - classes: the classes to choose from; nil for all.
  /// - Throws: ``EvaluationError`` when counts differ or a label is out of range; the classifier's errors.
  package init(
    of classifier: some FeatureClassifier, on features: Tensor, labels: [Int], among classes: [Int]? = nil
  ) throws {
    let measured = try ClassificationMetrics.measure(classifier, on: features, labels: labels, among: classes)
    metrics = measured.metrics
    isCorrect = zip(measured.predictions, labels).map { $0 == $1 }
  }

  /// Measures groups of the images.
  ///
  /// - Parameter groups: the name of each image's group.
  /// - Returns: the accuracy by groups; nil without groups.
  /// - Throws: ``EvaluationError`` when there isn't a group for each image.
  package func groups(_ groups: [String]) throws -> GroupAccuracy? {
    try GroupAccuracy(runs: [isCorrect], groups: groups)
  }

  /// Creates the accuracy from logits; of equal ones the first class is predicted.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`.
  ///   - labels: the class of each image.
  /// - Throws: ``EvaluationError`` when their counts differ or a label is out of range.
  package init(logits: Tensor, labels: [Int]) throws(EvaluationError) {
    metrics = try ClassificationMetrics(logits: logits, labels: labels)
    isCorrect = zip(CosineClassifier.predictions(ofLogits: logits), labels).map { $0 == $1 }
  }
}
