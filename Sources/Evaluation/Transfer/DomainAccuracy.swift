import Tensors

/// How a classifier does on the images of a domain: in numbers, and image by image for paired tests.
public struct DomainAccuracy: Sendable {
  /// The numbers.
  public let metrics: ClassificationMetrics
  /// For each image, whether it was right.
  public let isCorrect: [Bool]

  /// The accuracy.
  public var accuracy: Double { metrics.accuracy }
  /// The expected calibration error.
  public var calibrationError: Double { metrics.probabilities?.expectedCalibrationError ?? .nan }

  /// Classifies images.
  ///
  /// - Parameters:
  ///   - classifier: compares them with classes.
  ///   - features: `[images, embedDimension]`; their lengths do not matter.
  ///   - labels: for each image its class.
  ///   - scale: `exp(logit_scale)`.
  /// - Throws: ``EvaluationError`` or `TensorError` when they do not go together.
  public init(_ classifier: CosineClassifier, features: Tensor, labels: [Int], scale: Float) throws {
    let logits = try classifier.logits(for: features, scale: scale)
    metrics = try ClassificationMetrics(logits: logits, labels: labels)
    let ways = classifier.ways
    isCorrect = logits.withFloats { logits in
      labels.enumerated().map { image, label in
        let row = logits[image * ways..<(image + 1) * ways]
        // Of equal logits the first wins, as everywhere.
        var best = row.startIndex
        for index in row.indices where logits[index] > logits[best] { best = index }
        return best - row.startIndex == label
      }
    }
  }
}
