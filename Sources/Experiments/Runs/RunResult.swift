import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments

/// The result of a run, the file `result.json`, which finishes the run.
package struct RunResult: JSONDocument, Equatable {
  /// The learned context's accuracy on the test images; nil without test images.
  package var accuracy: Double?
  /// The accuracy of the hand-written prompts on the same images.
  package var zeroShotAccuracy: Double?
  /// The number of test images.
  package var total: Int
  /// The number of classes.
  package var classCount: Int
  /// The number of test images that the learned context classifies correctly.
  package var correct: Int?
  package var meanPerClassAccuracy: Double?
  package var macroF1: Double?
  package var top5Accuracy: Double?
  package var expectedCalibrationError: Double?
  package var negativeLogLikelihood: Double?
  /// The SHA-256 of the context's vectors, which identifies the measured context.
  package var contextSHA256: String
  /// The settings of the run, as in its description.
  package var settings: JSON.Object
  /// The number of epochs of a run with early stopping.
  package var epochsMade: Int?
  /// The kept epoch with early stopping, from 1.
  package var bestEpoch: Int?
  /// The accuracy on the validation images after ``bestEpoch``.
  package var validationAccuracy: Double?
  /// The number of steps, each with its passes over the prompts; nil for results of earlier versions.
  package var steps: Int?
  /// Whether the training collapsed: the context is less accurate than the initial one.
  package var isCollapsed = false
  /// The remarks on the training, validation and test images.
  package var remarks = ImageRemarks()
  /// Warnings of doubtful numbers, sentences without a period.
  package var warnings: [String] = []

  /// Creates the result of a run without test images and without early stopping.
  package init(classCount: Int, contextSHA256: String, settings: JSON.Object) {
    total = 0
    self.classCount = classCount
    self.contextSHA256 = contextSHA256
    self.settings = settings
  }

  /// Attributes the warnings to the run, among those of other runs.
  ///
  /// - Parameters:
  ///   - run: the run's folder, or its name.
  ///   - names: the names of the data sets of all runs; nil for that of this one alone.
  /// - Returns: the warnings.
  package func warnings(of run: String, names: DataNames? = nil) -> [RunWarning] {
    func text(_ name: String) -> String? {
      switch settings[name] {
      case .string(let text)?: text
      case .integer(let number)?: "\(number)"
      default: nil
      }
    }
    let data = text("data").map { (names ?? DataNames($0))($0) }
    let about =
      [text("method"), data, text("shots").map { "\($0)-shot" }] + RunField.contextKind(in: settings)
      + [text("seed").map { "seed \($0)" }]
    return warnings.map {
      RunWarning(run: run, about: about.compactMap(\.self).joined(separator: ", "), sentence: $0)
    }
  }

  /// Sets the measurements on the test images.
  package mutating func measure(_ learned: ClassificationMetrics, zeroShot: ClassificationMetrics) {
    accuracy = learned.accuracy
    zeroShotAccuracy = zeroShot.accuracy
    total = learned.total
    correct = learned.correct
    meanPerClassAccuracy = learned.meanPerClassAccuracy
    macroF1 = learned.macroF1
    top5Accuracy = learned.probabilities?.top5
    expectedCalibrationError = learned.probabilities?.expectedCalibrationError
    negativeLogLikelihood = learned.probabilities?.negativeLogLikelihood
  }
}

// MARK: - The document

extension RunResult {
  package static let format = "promptlens-result"
  package static let version = 3

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["accuracy"] = accuracy.map { .number($0) } ?? .null
    object["zero_shot_accuracy"] = zeroShotAccuracy.map { .number($0) } ?? .null
    object["n"] = JSON(total)
    object["class_count"] = JSON(classCount)
    object["correct"] = correct.map { JSON($0) }
    object["mean_per_class_accuracy"] = meanPerClassAccuracy.map { .number($0) }
    object["macro_f1"] = macroF1.map { .number($0) }
    object["top5_accuracy"] = top5Accuracy.map { .number($0) }
    object["expected_calibration_error"] = expectedCalibrationError.map { .number($0) }
    object["negative_log_likelihood"] = negativeLogLikelihood.map { .number($0) }
    object["context_sha256"] = .string(contextSHA256)
    object["settings"] = .object(settings)
    object["epochs_made"] = epochsMade.map { JSON($0) }
    object["best_epoch"] = bestEpoch.map { JSON($0) }
    object["validation_accuracy"] = validationAccuracy.map { .number($0) }
    object["steps"] = steps.map { JSON($0) }
    if isCollapsed { object["collapsed"] = true }
    remarks.write(to: &object)
    if !warnings.isEmpty { object["warnings"] = .array(warnings.map { .string($0) }) }
    return object
  }

  package init(decoding document: JSONNode) throws {
    accuracy = try document.optionalShare("accuracy")
    zeroShotAccuracy = try document.optionalShare("zero_shot_accuracy")
    total = try document.integer("n")
    classCount = try document.classCount()
    correct = try document.optionalInteger("correct")
    meanPerClassAccuracy = try document.optionalShare("mean_per_class_accuracy")
    macroF1 = try document.optionalShare("macro_f1")
    top5Accuracy = try document.optionalShare("top5_accuracy")
    expectedCalibrationError = try document.optionalShare("expected_calibration_error")
    negativeLogLikelihood = try document.optionalNumber("negative_log_likelihood")
    contextSHA256 = try document.string("context_sha256")
    settings = try document.object("settings")
    epochsMade = try document.optionalInteger("epochs_made")
    bestEpoch = try document.optionalInteger("best_epoch")
    validationAccuracy = try document.optionalShare("validation_accuracy")
    steps = try document.optionalInteger("steps")
    isCollapsed = try document["collapsed"]?.bool() ?? false
    remarks = try ImageRemarks(decoding: document)
    warnings = try document["warnings"]?.array().map { node throws(JSONError) in try node.string() } ?? []
  }

  /// Converts the camelCase keys of documents without a version and their `top5` to `top5_accuracy`, and
  /// `skipped_images` of version 1 to `skipped`.
  package static func upgrade(_ document: JSON, from version: Int) -> JSON {
    var document = document
    if version < 1, case .object(var object) = document.withSnakeCaseKeys(in: ["settings"]) {
      if let top5 = object["top5"] { object["top5_accuracy"] = top5 }
      object["top5"] = nil
      document = .object(object)
    }
    guard version < 2, case .object(var object) = document, let skipped = object["skipped_images"] else {
      return document
    }
    object["skipped"] = skipped
    object["skipped_images"] = nil
    return .object(object)
  }
}
