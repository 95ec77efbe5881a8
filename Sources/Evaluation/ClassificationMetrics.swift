/// How well predicted classes agree with true ones.
public struct ClassificationMetrics: Sendable, Equatable {
  /// A class mistaken for another.
  public struct Confusion: Sendable, Equatable {
    /// The true class.
    public let label: Int
    /// The predicted class.
    public let prediction: Int
    /// How often.
    public let count: Int
  }

  /// The number of classes to choose from.
  public let ways: Int
  /// How often class i was predicted as class j, at `[i * ways + j]`.
  private let counts: [Int]

  /// Counts agreements.
  ///
  /// - Parameters:
  ///   - predictions: for each image the predicted class.
  ///   - labels: for each image the true class.
  ///   - ways: the number of classes to choose from.
  /// - Throws: ``EvaluationError`` when the lists differ in length or hold a class that is none.
  public init(predictions: [Int], labels: [Int], ways: Int) throws(EvaluationError) {
    guard predictions.count == labels.count else {
      throw .countMismatch(predictions: predictions.count, labels: labels.count)
    }
    var counts = [Int](repeating: 0, count: ways * ways)
    for (prediction, label) in zip(predictions, labels) {
      for index in [prediction, label] where !(0..<ways).contains(index) {
        throw .labelOutOfRange(label: index, ways: ways)
      }
      counts[label * ways + prediction] += 1
    }
    self.ways = ways
    self.counts = counts
  }

  /// The number of images.
  public var total: Int { counts.reduce(0, +) }
  /// The number of images whose class was predicted.
  public var correct: Int { (0..<ways).reduce(0) { $0 + counts[$1 * ways + $1] } }
  /// ``correct`` as a fraction of ``total``; not a number without images.
  public var accuracy: Double { Double(correct) / Double(total) }

  /// The number of images of a class.
  public func total(of label: Int) -> Int { counts[label * ways..<(label + 1) * ways].reduce(0, +) }

  /// The fraction of a class's images that were predicted as it; `nil` for a class without images.
  public func accuracy(of label: Int) -> Double? {
    let total = total(of: label)
    return total == 0 ? nil : Double(counts[label * ways + label]) / Double(total)
  }

  /// The mean of the classes' accuracies, over the classes that have images.
  public var meanPerClassAccuracy: Double {
    let accuracies = (0..<ways).compactMap(accuracy(of:))
    return accuracies.reduce(0, +) / Double(accuracies.count)
  }

  /// The most frequent mistakes, most frequent first; equal ones in the order of their classes.
  public func mostConfused(_ limit: Int) -> [Confusion] {
    var confusions: [Confusion] = []
    for label in 0..<ways {
      for prediction in 0..<ways where label != prediction && counts[label * ways + prediction] > 0 {
        confusions.append(Confusion(label: label, prediction: prediction, count: counts[label * ways + prediction]))
      }
    }
    return Array(
      confusions.sorted { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }.prefix(limit))
  }
}
