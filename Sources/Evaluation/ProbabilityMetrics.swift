import PromptLensTensors
import Foundation

/// The metrics of predicted probabilities against the true classes.
package struct ProbabilityMetrics: Sendable, Equatable {
  /// The fraction of images whose true class is among the five most probable; of equal ones the first are taken. It is
  /// 1 for five classes or fewer.
  package let top5: Double
  /// The mean of −log p of the true class.
  package let negativeLogLikelihood: Double
  /// The expected calibration error; see ``bins``.
  package let expectedCalibrationError: Double
  /// Images by the probability p of their predicted class: bin i of 15 takes `i/15 < p ≤ (i + 1)/15`, the last up to
  /// and with 1. Source: Guo et al., "On Calibration of Modern Neural Networks" (2017).
  package let bins: [Bin]

  /// A group of images with similar confidence.
  package struct Bin: Sendable, Equatable {
    /// The number of images.
    package var count = 0
    /// The number of correctly classified images.
    package var correct = 0
    /// The sum of their confidences.
    package var confidence = 0.0
  }

  /// The number of bins.
  package static let binCount = 15

  /// The sums of the metrics, over images in order.
  struct Sums {
    private(set) var predictions: [Int] = []
    private var bins = [Bin](repeating: Bin(), count: binCount)
    private var top5 = 0
    private var likelihood = 0.0

    /// Adds images.
    ///
    /// - Parameters:
    ///   - logits: `[labels.count, classes]`.
    ///   - labels: one for each image, below `classCount`.
    ///   - classCount: the number of classes.
    mutating func add(_ logits: UnsafeBufferPointer<Float>, labels: some Collection<Int>, classCount: Int) {
      for (image, label) in labels.enumerated() {
        let row = UnsafeBufferPointer(rebasing: logits[image * classCount..<(image + 1) * classCount])
        var (best, rank) = (0, 0)
        for classIndex in 0..<classCount {
          if row[classIndex] > row[best] { best = classIndex }
          if row[classIndex] > row[label] || (row[classIndex] == row[label] && classIndex < label) { rank += 1 }
        }
        // The two log-probabilities that are needed, without a list of all: there may be 21,000 classes.
        let largest = Double(row[best])
        var sum = 0.0
        for value in row { sum += exp(Double(value) - largest) }
        let logSum = log(sum)
        let confidence = exp(-logSum)
        likelihood -= Double(row[label]) - largest - logSum
        if rank < 5 { top5 += 1 }
        let bin = bin(of: confidence)
        bins[bin].count += 1
        bins[bin].correct += best == label ? 1 : 0
        bins[bin].confidence += confidence
        predictions.append(best)
      }
    }

    /// The metrics of the images so far.
    var metrics: ProbabilityMetrics {
      let total = Double(predictions.count)
      let error = bins.reduce(0) { $0 + abs(Double($1.correct) - $1.confidence) } / total
      return ProbabilityMetrics(
        top5: Double(top5) / total, negativeLogLikelihood: likelihood / total, expectedCalibrationError: error,
        bins: bins)
    }
  }

  /// Returns the bin of a confidence.
  package static func bin(of confidence: Double) -> Int {
    guard confidence.isFinite else { return 0 }
    return min(max(Int((confidence * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
  }
}
