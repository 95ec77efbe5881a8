import PromptLensEvaluation
import PromptLensTensors

/// The accuracy and calibration before and after adaptation at test time.
package struct AdaptationResult: Sendable {
  /// The metrics of logits.
  package struct Measured: Sendable {
    /// The accuracy.
    package let accuracy: DomainAccuracy
    /// The agreement of probabilities with it.
    package let calibration: CalibrationMetrics

    init(logits: Tensor, labels: [Int]) throws {
      accuracy = try DomainAccuracy(logits: logits, labels: labels)
      calibration = try CalibrationMetrics(logits: logits, labels: labels)
    }
  }

  /// The method and its settings.
  package let experiment: AdaptationExperiment
  /// The images' name.
  package let data: String
  /// The prompts before adaptation: a context, words or templates.
  package let start: String
  /// The number of views of each image.
  package let views: Int
  /// The classes.
  package let classNames: [String]
  /// The metrics without adaptation, on the plain view.
  package let before: Measured
  /// The metrics with adaptation.
  package let after: Measured
  /// The difference of accuracies, after minus before.
  package let difference: PairedDifference
  /// The test of the images that only one of them gets right.
  package let test: McNemarTest
  /// The remarks on the images.
  package let remarks: ImageRemarks

  init(
    experiment: AdaptationExperiment, data: String, start: String, views: Int, classNames: [String], before: Measured,
    after: Measured, remarks: ImageRemarks
  ) throws {
    self.experiment = experiment
    self.data = data
    self.start = start
    self.views = views
    self.classNames = classNames
    self.before = before
    self.after = after
    self.remarks = remarks
    difference = PairedDifference(
      try PairedBootstrap(first: before.accuracy.isCorrect, second: after.accuracy.isCorrect))
    test = try McNemarTest(first: after.accuracy.isCorrect, second: before.accuracy.isCorrect)
  }
}
