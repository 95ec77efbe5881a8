import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors

/// A calibration of a classifier: a temperature fitted on validation images, and the metrics of probabilities before and
/// after on these and on other images.
package struct CalibrationExperiment: Sendable {
  /// The classifier.
  package var classifier: ScoredClassifier
  /// The validation images, which the temperature is fitted on.
  package var validation: ScoredSource
  /// Sets of labeled images to measure on.
  package var tests: [ScoredSource]
  /// The number of nearest training classes of distance-aware calibration.
  package var neighbors = DistanceAwareCalibration.defaultNeighbors
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates an experiment.
  package init(
    _ classifier: ScoredClassifier, validation: ScoredSource,
    tests: [ScoredSource]
  ) {
    self.classifier = classifier
    self.validation = validation
    self.tests = tests
  }

  /// Fits the temperature and measures all sets.
  ///
  /// - Parameter observer: the receiver of progress and notes.
  /// - Returns: the temperature and the metrics of each set.
  /// - Throws: errors of inputs that cannot be read or don't go together;
  ///   ``ExperimentError/noTestImages(data:reason:)`` for images without labels.
  package func run(observer: ExperimentObserver = .silent) throws -> CalibrationResult {
    var asked = UnknownClassExperiment(classifier, known: validation, others: tests)
    asked.precision = precision
    let opened = try OpenedClassifier(asked, observer: observer)
    let fitted = try opened.knownLogits(observer: observer)
    let scaling = try TemperatureScaling(logits: fitted.logits, labels: fitted.labels)
    let others = try tests.map { try opened.otherLogits($0, neighbors: neighbors, observer: observer) }
    let sets = try ([fitted] + others).enumerated().map { index, set in
      func metrics(temperature: Double, _ factors: [Double]? = nil) throws -> CalibrationMetrics {
        try CalibrationMetrics(logits: set.logits, labels: set.labels, temperature: temperature, factors: factors)
      }
      return CalibrationResult.Set(
        name: set.name, isValidation: index == 0, classCount: set.logits.shape.dimensions[1],
        unseenClasses: set.unseenClasses, before: try metrics(temperature: 1),
        after: try metrics(temperature: scaling.temperature),
        distanceAware: try set.distances.map {
          try metrics(temperature: scaling.temperature, $0.imageFactors(set.logits))
        })
    }
    let warning = try opened.overlap(
      observer: observer, images: "validation images",
      effect: "and get too high a confidence, so the temperature is too low")
    var warnings = warning.map { [$0] } ?? []
    if sets[0].before.accuracy == 1 {
      warnings.append(
        "all \(scaling.images) validation images are classified correctly, so the likelihood has no maximum and the temperature "
          + "means little; give more images")
    }
    return CalibrationResult(
      classifier: opened.name, file: opened.file?.with(scaling), scaling: scaling, sets: sets,
      neighbors: others.compactMap { $0.distances?.neighbors }.first,
      remarks: .joined(([fitted] + others).map(\.remarks)), warnings: warnings)
  }
}

/// The calibration of probabilities before and after fitting a temperature.
package struct CalibrationResult: Sendable {
  /// A set of images.
  package struct Set: Sendable {
    /// The name.
    package let name: String
    /// Whether the temperature was fitted on it.
    package let isValidation: Bool
    /// The number of classes to choose from.
    package let classCount: Int
    /// The number of these classes that the prompt was not learned on; 0 where that isn't known.
    package let unseenClasses: Int
    /// The metrics at a temperature of 1.
    package let before: CalibrationMetrics
    /// The metrics at the fitted temperature.
    package let after: CalibrationMetrics
    /// The metrics at the fitted temperature with the factors of classes that the prompt was not learned on; nil without
    /// such classes.
    package let distanceAware: CalibrationMetrics?
  }

  /// The classifier's name.
  package let classifier: String
  /// The classifier with its temperature; nil where its classes aren't fixed rows, or only some of them were measured.
  package let file: ClassifierFile?
  /// The temperature.
  package let scaling: TemperatureScaling
  /// The sets, the validation images first.
  package let sets: [Set]
  /// The number of nearest training classes of distance-aware calibration; nil where it wasn't needed.
  package let neighbors: Int?
  /// The remarks on the images of all sets.
  package let remarks: ImageRemarks
  /// Warnings about the images, sentences without a period.
  package let warnings: [String]
}
