import PromptLensTensors

/// The metrics of predicted classes against the true classes.
package struct ClassificationMetrics: Sendable, Equatable {
  /// A class mistaken for another.
  package struct Confusion: Sendable, Equatable {
    /// The true class.
    package let label: Int
    /// The predicted class.
    package let prediction: Int
    /// The number of such mistakes.
    package let count: Int
  }

  /// The number of classes to choose from.
  package let classCount: Int
  /// The number of times class i was predicted as class j, at `[i * classCount + j]`.
  private let counts: [Int]
  /// The metrics of the classes' probabilities; nil when only predictions are known.
  package let probabilities: ProbabilityMetrics?

  /// Creates metrics from predictions.
  ///
  /// - Parameters:
  ///   - predictions: the predicted class of each image.
  ///   - labels: the true class of each image.
  ///   - classCount: the number of classes to choose from.
  /// - Throws: ``EvaluationError`` when the lists differ in length or hold a class outside `0..<classCount`.
  package init(predictions: [Int], labels: [Int], classCount: Int) throws(EvaluationError) {
    try self.init(predictions: predictions, labels: labels, classCount: classCount, probabilities: nil)
  }

  /// Creates metrics from logits; the prediction is the class with the largest logit, of equal ones the first.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`; their softmax is the classes' probabilities.
  ///   - labels: the true class of each image.
  /// - Throws: ``EvaluationError`` when the lists differ in length or hold a label outside `0..<classCount`.
  package init(logits: Tensor, labels: [Int]) throws(EvaluationError) {
    let shape = logits.shape.dimensions
    guard shape.count == 2, shape[0] == labels.count else {
      throw .countMismatch(predictions: shape.first ?? 0, labels: labels.count)
    }
    for label in labels where !(0..<shape[1]).contains(label) {
      throw .labelOutOfRange(label: label, classCount: shape[1])
    }
    let (predictions, metrics) = logits.withFloats {
      ProbabilityMetrics.measure($0, labels: labels, classCount: shape[1])
    }
    try self.init(predictions: predictions, labels: labels, classCount: shape[1], probabilities: metrics)
  }

  /// Creates metrics from their counts.
  ///
  /// - Parameters:
  ///   - confusion: the number of times class i was predicted as class j, at `[i][j]`; a square.
  ///   - probabilities: the metrics of probabilities.
  init(confusion: [[Int]], probabilities: ProbabilityMetrics?) {
    classCount = confusion.count
    counts = confusion.flatMap { $0 }
    self.probabilities = probabilities
  }

  private init(
    predictions: [Int], labels: [Int], classCount: Int, probabilities: ProbabilityMetrics?
  ) throws(EvaluationError) {
    guard predictions.count == labels.count else {
      throw .countMismatch(predictions: predictions.count, labels: labels.count)
    }
    var counts = [Int](repeating: 0, count: classCount * classCount)
    for (prediction, label) in zip(predictions, labels) {
      for index in [prediction, label] where !(0..<classCount).contains(index) {
        throw .labelOutOfRange(label: index, classCount: classCount)
      }
      counts[label * classCount + prediction] += 1
    }
    self.classCount = classCount
    self.counts = counts
    self.probabilities = probabilities
  }

  /// The number of images.
  package var total: Int { counts.reduce(0, +) }
  /// The number of correctly classified images.
  package var correct: Int { (0..<classCount).reduce(0) { $0 + counts[$1 * classCount + $1] } }
  /// The share of correctly classified images; NaN without images.
  package var accuracy: Double { Double(correct) / Double(total) }

  /// Returns the number of images of a class.
  package func total(of label: Int) -> Int { counts[label * classCount..<(label + 1) * classCount].reduce(0, +) }

  /// Returns the accuracy on a class's images; nil for a class without images.
  package func accuracy(of label: Int) -> Double? {
    let total = total(of: label)
    return total == 0 ? nil : Double(counts[label * classCount + label]) / Double(total)
  }

  /// The mean of the classes' accuracies, over the classes that have images.
  package var meanPerClassAccuracy: Double {
    let accuracies = (0..<classCount).compactMap(accuracy(of:))
    return accuracies.reduce(0, +) / Double(accuracies.count)
  }

  /// The number of times class i was predicted as class j, at `[i][j]`.
  package var confusion: [[Int]] { (0..<classCount).map { Array(counts[$0 * classCount..<($0 + 1) * classCount]) } }

  /// The mean of the classes' F1 scores, `2 TP / (2 TP + FP + FN)`, over the classes that have images.
  package var macroF1: Double {
    var predicted = [Int](repeating: 0, count: classCount)
    for (index, count) in counts.enumerated() { predicted[index % classCount] += count }
    let scores = (0..<classCount).compactMap { label -> Double? in
      let total = total(of: label)
      guard total > 0 else { return nil }
      return 2 * Double(counts[label * classCount + label]) / Double(total + predicted[label])
    }
    return scores.reduce(0, +) / Double(scores.count)
  }

  /// The 95 % confidence interval of ``accuracy``; nil without images.
  ///
  /// Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
  package var wilsonInterval: ClosedRange<Double>? {
    guard total > 0 else { return nil }
    let (n, z) = (Double(total), 1.959963984540054)
    let center = (accuracy + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (accuracy * (1 - accuracy) / n + z * z / (4 * n * n)).squareRoot()
    return max(center - half, 0)...min(center + half, 1)
  }

  /// Returns the most frequent mistakes in descending order; equal ones in the order of their classes.
  package func mostConfused(_ limit: Int) -> [Confusion] {
    var confusions: [Confusion] = []
    for label in 0..<classCount {
      for prediction in 0..<classCount where label != prediction && counts[label * classCount + prediction] > 0 {
        confusions.append(
          Confusion(label: label, prediction: prediction, count: counts[label * classCount + prediction]))
      }
    }
    return Array(
      confusions.sorted { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }.prefix(limit))
  }
}
