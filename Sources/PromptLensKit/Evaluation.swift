import PromptLensEvaluation

/// The metrics of a classifier on labeled images.
public struct Evaluation: Sendable {
  let metrics: ClassificationMetrics

  /// The number of images.
  public var count: Int { metrics.total }

  /// The number of correctly classified images.
  public var correct: Int { metrics.correct }

  /// The share of correctly classified images, from 0 to 1.
  public var accuracy: Double { metrics.accuracy }

  /// The 95 % Wilson interval of the accuracy; nil without images.
  public var interval: ClosedRange<Double>? { metrics.wilsonInterval }

  /// The mean of the accuracies of all classes with images.
  public var meanPerClassAccuracy: Double { metrics.meanPerClassAccuracy }

  /// The unweighted mean of the classes' F1 scores.
  public var macroF1: Double { metrics.macroF1 }

  /// Returns the accuracy on the images of one class.
  ///
  /// - Parameter label: the class's index.
  /// - Returns: the accuracy, from 0 to 1; nil when the class has no images.
  public func accuracy(ofClass label: Int) -> Double? { metrics.accuracy(of: label) }
}
