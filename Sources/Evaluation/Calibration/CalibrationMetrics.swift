import Foundation
import PromptLensTensors

/// The agreement of probabilities with the frequency of correct predictions.
///
/// Sources: Guo et al., "On Calibration of Modern Neural Networks" (2017); Nixon et al., "Measuring Calibration in Deep
/// Learning" (2019); Kull et al., "Beyond temperature scaling" (2019); Brier, "Verification of Forecasts Expressed in
/// Terms of Probability" (1950).
package struct CalibrationMetrics: Sendable, Equatable {
  /// Images with similar confidence.
  package struct Bin: Sendable, Equatable {
    /// The limits of the confidence.
    package let range: ClosedRange<Double>
    /// The number of images.
    package let count: Int
    /// The share of correct ones; nil without images.
    package let accuracy: Double?
    /// Their mean confidence; nil without images.
    package let confidence: Double?

    package init(range: ClosedRange<Double>, count: Int, accuracy: Double?, confidence: Double?) {
      self.range = range
      self.count = count
      self.accuracy = accuracy
      self.confidence = confidence
    }
  }

  /// The number of images.
  package let count: Int
  /// The accuracy.
  package let accuracy: Double
  /// The mean probability of the predicted class.
  package let confidence: Double
  /// The mean of −log p of the true class.
  package let negativeLogLikelihood: Double
  /// The mean over images of `Σ (p − y)²` over classes, 0 to 2.
  package let brierScore: Double
  /// The expected calibration error with 15 bins of equal width.
  package let equalWidth: Double
  /// The expected calibration error with 15 bins of as many images each.
  package let equalMass: Double
  /// The adaptive calibration error: the mean over classes of the equal-mass error of the class's probability.
  package let adaptive: Double
  /// The class-wise calibration error: the mean over classes of the equal-width error of the class's probability.
  package let classWise: Double
  /// The reliability diagram: bins of equal width.
  package let bins: [Bin]

  /// The number of bins.
  package static let binCount = 15

  /// Computes the metrics.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`.
  ///   - labels: the class of each image.
  ///   - temperature: T, which logits are divided by.
  ///   - factors: a factor of each image's logits; nil for none.
  /// - Throws: ``EvaluationError`` without images, when counts differ, or for a label out of range.
  package init(
    logits: Tensor, labels: [Int], temperature: Double = 1, factors: [Double]? = nil
  ) throws(EvaluationError) {
    let shape = logits.shape.dimensions
    guard !labels.isEmpty else { throw .noImages }
    guard shape.count == 2, shape[0] == labels.count, factors.map({ $0.count == labels.count }) ?? true else {
      throw .countMismatch(predictions: factors?.count ?? shape.first ?? 0, labels: labels.count)
    }
    for label in labels where !(0..<shape[1]).contains(label) {
      throw .labelOutOfRange(label: label, classCount: shape[1])
    }
    let (classCount, values) = (shape[1], logits.floats())
    var probabilities = [Double](repeating: 0, count: values.count)
    var (likelihood, brier) = (0.0, 0.0)
    var isCorrect = [Double](repeating: 0, count: labels.count)
    var confidences = isCorrect
    for (image, label) in labels.enumerated() {
      let start = image * classCount
      let factor = (factors?[image] ?? 1) / temperature
      var best = 0
      for index in 1..<max(classCount, 1) where values[start + index] > values[start + best] { best = index }
      let largest = Double(values[start + best])
      var sum = 0.0
      for index in 0..<classCount {
        let weight = exp((Double(values[start + index]) - largest) * factor)
        probabilities[start + index] = weight
        sum += weight
      }
      for index in 0..<classCount {
        probabilities[start + index] /= sum
        let error = probabilities[start + index] - (index == label ? 1 : 0)
        brier += error * error
      }
      likelihood += log(sum) - (Double(values[start + label]) - largest) * factor
      confidences[image] = probabilities[start + best]
      isCorrect[image] = best == label ? 1 : 0
    }
    let total = Double(labels.count)
    count = labels.count
    accuracy = isCorrect.reduce(0, +) / total
    confidence = confidences.reduce(0, +) / total
    negativeLogLikelihood = likelihood / total
    brierScore = brier / total
    let widths = Self.equalWidthBins(confidences, isCorrect)
    bins = widths.enumerated().map { index, bin in
      Bin(
        range: Double(index) / Double(Self.binCount)...Double(index + 1) / Double(Self.binCount), count: bin.count,
        accuracy: bin.count > 0 ? bin.correct / Double(bin.count) : nil,
        confidence: bin.count > 0 ? bin.confidence / Double(bin.count) : nil)
    }
    equalWidth = Self.error(widths, total)
    equalMass = Self.error(Self.equalMassBins(confidences, isCorrect), total)
    var (adaptiveSum, classSum) = (0.0, 0.0)
    for label in 0..<classCount {
      let ofClass = labels.indices.map { probabilities[$0 * classCount + label] }
      let isClass = labels.map { $0 == label ? 1.0 : 0 }
      adaptiveSum += Self.error(Self.equalMassBins(ofClass, isClass), total)
      classSum += Self.error(Self.equalWidthBins(ofClass, isClass), total)
    }
    adaptive = adaptiveSum / Double(classCount)
    classWise = classSum / Double(classCount)
  }

  private typealias Sums = (count: Int, correct: Double, confidence: Double)

  private static func error(_ bins: [Sums], _ total: Double) -> Double {
    bins.reduce(0) { $0 + abs($1.correct - $1.confidence) } / total
  }

  private static func equalWidthBins(_ confidences: [Double], _ isCorrect: [Double]) -> [Sums] {
    var bins = [Sums](repeating: (0, 0, 0), count: binCount)
    for (confidence, correct) in zip(confidences, isCorrect) {
      let bin = ProbabilityMetrics.bin(of: confidence)
      bins[bin] = (bins[bin].count + 1, bins[bin].correct + correct, bins[bin].confidence + confidence)
    }
    return bins
  }

  /// Returns bins of sorted confidences, as `numpy.array_split` parts them: the first ones have an image more.
  private static func equalMassBins(_ confidences: [Double], _ isCorrect: [Double]) -> [Sums] {
    let order = confidences.indices.sorted { (confidences[$0], $0) < (confidences[$1], $1) }
    let (size, rest) = (order.count / binCount, order.count % binCount)
    var start = 0
    return (0..<binCount).map { bin in
      let part = order[start..<start + size + (bin < rest ? 1 : 0)]
      start = part.endIndex
      return (
        part.count, part.reduce(0) { $0 + isCorrect[$1] }, part.reduce(0) { $0 + confidences[$1] }
      )
    }
  }
}
