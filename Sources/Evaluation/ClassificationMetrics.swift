import PromptLensTensors

/// The metrics of predicted classes against the true classes.
package struct ClassificationMetrics: Sendable, Equatable {
  /// A true class and the class that its images were predicted as.
  package struct Confusion: Sendable, Equatable {
    /// The true class.
    package let label: Int
    /// The predicted class.
    package let prediction: Int
    /// The number of such images.
    package let count: Int
  }

  /// The number of classes to choose from.
  package let classCount: Int
  /// The pairs of a true and a predicted class that occur, correct ones too, in the order of their classes. A matrix of
  /// 21,000 classes would take 3.5 GB.
  package let pairs: [Confusion]
  /// The number of images of each class.
  private let totals: [Int]
  /// The number of correctly classified images of each class.
  private let hits: [Int]
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
    var sums = ProbabilityMetrics.Sums()
    logits.withFloats { sums.add($0, labels: labels, classCount: shape[1]) }
    try self.init(
      predictions: sums.predictions, labels: labels, classCount: shape[1], probabilities: sums.metrics)
  }

  /// The images whose logits are in memory at a time: of few classes all, of very many as many as take 16 MiB, in whole
  /// chunks of the classifiers, so that the bits are the same.
  private static func block(classCount: Int) -> Int { max((4 << 20) / max(classCount, 1) / 256, 1) * 256 }

  /// Creates metrics of a classifier on images, some images at a time.
  ///
  /// - Parameters:
  ///   - classifier: the classifier.
  ///   - features: image features, `[images, width]`.
  ///   - labels: the true class of each image, as an index into `classes` where they are given.
  ///   - classes: the classes to choose from; nil for all.
  /// - Throws: ``EvaluationError`` when the lists differ in length or hold an unknown class; the classifier's errors.
  package init(
    of classifier: some FeatureClassifier, on features: Tensor, labels: [Int], among classes: [Int]? = nil
  ) throws {
    self = try Self.measure(classifier, on: features, labels: labels, among: classes).metrics
  }

  /// Computes metrics as ``init(of:on:labels:among:)`` does, with the predicted class of each image.
  static func measure(
    _ classifier: some FeatureClassifier, on features: Tensor, labels: [Int], among classes: [Int]?
  ) throws -> (metrics: ClassificationMetrics, predictions: [Int]) {
    func logits(_ features: Tensor) throws -> Tensor {
      try classes.map { try classifier.logits(for: features, among: $0) } ?? classifier.logits(for: features)
    }
    let classCount = classes?.count ?? classifier.classCount
    let (shape, block) = (features.shape.dimensions, block(classCount: classCount))
    guard shape.count == 2, shape[0] > block, shape[0] == labels.count,
      labels.allSatisfy((0..<classCount).contains)
    else {
      let logits = try logits(features)
      return (try Self(logits: logits, labels: labels), CosineClassifier.predictions(ofLogits: logits))
    }
    var sums = ProbabilityMetrics.Sums()
    for start in stride(from: 0, to: shape[0], by: block) {
      let rows = start..<min(start + block, shape[0])
      let part = try Tensor(
        FloatBuffer(copying: features, rows: Array(rows)), shape: [rows.count, shape[1]], name: "image features")
      try logits(part).withFloats { sums.add($0, labels: labels[rows], classCount: classCount) }
    }
    let metrics = try Self(
      predictions: sums.predictions, labels: labels, classCount: classCount, probabilities: sums.metrics)
    return (metrics, sums.predictions)
  }

  /// Creates metrics from their counts.
  ///
  /// - Parameters:
  ///   - pairs: the pairs of classes that occur, each once, in the order of their classes.
  ///   - classCount: the number of classes to choose from.
  ///   - probabilities: the metrics of probabilities.
  init(pairs: [Confusion], classCount: Int, probabilities: ProbabilityMetrics?) {
    self.classCount = classCount
    self.pairs = pairs
    self.probabilities = probabilities
    var totals = [Int](repeating: 0, count: classCount)
    var hits = totals
    for pair in pairs {
      totals[pair.label] += pair.count
      if pair.label == pair.prediction { hits[pair.label] += pair.count }
    }
    (self.totals, self.hits) = (totals, hits)
  }

  private init(
    predictions: [Int], labels: [Int], classCount: Int, probabilities: ProbabilityMetrics?
  ) throws(EvaluationError) {
    guard predictions.count == labels.count else {
      throw .countMismatch(predictions: predictions.count, labels: labels.count)
    }
    var counts: [Int: Int] = [:]
    for (prediction, label) in zip(predictions, labels) {
      for index in [prediction, label] where !(0..<classCount).contains(index) {
        throw .labelOutOfRange(label: index, classCount: classCount)
      }
      counts[label * classCount + prediction, default: 0] += 1
    }
    let pairs = counts.sorted { $0.key < $1.key }.map {
      Confusion(label: $0.key / classCount, prediction: $0.key % classCount, count: $0.value)
    }
    self.init(pairs: pairs, classCount: classCount, probabilities: probabilities)
  }

  /// The number of images.
  package var total: Int { totals.reduce(0, +) }
  /// The number of correctly classified images.
  package var correct: Int { hits.reduce(0, +) }
  /// The share of correctly classified images; NaN without images.
  package var accuracy: Double { Double(correct) / Double(total) }

  /// Returns the number of images of a class.
  package func total(of label: Int) -> Int { totals[label] }

  /// Returns the accuracy on a class's images; nil for a class without images.
  package func accuracy(of label: Int) -> Double? {
    totals[label] == 0 ? nil : Double(hits[label]) / Double(totals[label])
  }

  /// The mean of the classes' accuracies, over the classes that have images.
  package var meanPerClassAccuracy: Double {
    let accuracies = (0..<classCount).compactMap(accuracy(of:))
    return accuracies.reduce(0, +) / Double(accuracies.count)
  }

  /// The number of times class i was predicted as class j, at `[i][j]`; for few classes.
  package var confusionMatrix: [[Int]] {
    var matrix = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for pair in pairs { matrix[pair.label][pair.prediction] = pair.count }
    return matrix
  }

  /// The mean of the classes' F1 scores, `2 TP / (2 TP + FP + FN)`, over the classes that have images.
  package var macroF1: Double {
    var predicted = [Int](repeating: 0, count: classCount)
    for pair in pairs { predicted[pair.prediction] += pair.count }
    let scores = (0..<classCount).compactMap { label -> Double? in
      guard totals[label] > 0 else { return nil }
      return 2 * Double(hits[label]) / Double(totals[label] + predicted[label])
    }
    return scores.reduce(0, +) / Double(scores.count)
  }

  /// The 95 % confidence interval of ``accuracy``; nil without images.
  ///
  /// Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
  package var wilsonInterval: ClosedRange<Double>? { WilsonInterval.of(accuracy, count: total) }

  /// Returns the most frequent mistakes in descending order; equal ones in the order of their classes.
  package func mostConfused(_ limit: Int) -> [Confusion] {
    let mistakes = pairs.filter { $0.label != $0.prediction }
    return Array(
      mistakes.sorted { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }.prefix(limit))
  }
}
