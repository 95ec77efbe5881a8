import Foundation
import PromptLensTensors

/// The temperature by which a classifier's logits are divided so that its probabilities are as frequent as they say.
///
/// It doesn't change which class is most probable. Source: Guo et al., "On Calibration of Modern Neural Networks" (2017),
/// section 4.2.
package enum FittedTemperature {
  /// The temperatures that are considered.
  package static let range = 0.01...100.0

  /// Returns the temperature of the smallest mean negative log-likelihood.
  ///
  /// - Parameters:
  ///   - logits: the logits of images that the classifier was not fitted on, `[images, classes]`.
  ///   - labels: the class of each image.
  /// - Returns: the temperature; 1 without images.
  package static func of(logits: Tensor, labels: [Int]) -> Double {
    guard !labels.isEmpty else { return 1 }
    let values = logits.floats()
    let classCount = values.count / labels.count
    func loss(_ logTemperature: Double) -> Double {
      let factor = exp(-logTemperature)
      var sum = 0.0
      for (image, label) in labels.enumerated() {
        let row = values[image * classCount..<(image + 1) * classCount]
        let largest = Double(row.max() ?? 0)
        let total = row.reduce(0) { $0 + exp((Double($1) - largest) * factor) }
        sum += log(total) - (Double(row[row.startIndex + label]) - largest) * factor
      }
      return sum
    }
    // The loss has one minimum in the inverse temperature; the golden section finds it.
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (log(range.lowerBound), log(range.upperBound))
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (leftLoss, rightLoss) = (loss(left), loss(right))
    while high - low > 1e-4 {
      if leftLoss <= rightLoss {
        (high, right, rightLoss) = (right, left, leftLoss)
        left = high - ratio * (high - low)
        leftLoss = loss(left)
      } else {
        (low, left, leftLoss) = (left, right, rightLoss)
        right = low + ratio * (high - low)
        rightLoss = loss(right)
      }
    }
    return exp((low + high) / 2)
  }
}

extension LinearClassifier {
  /// Returns the classifier with its logits divided by a temperature.
  package func divided(by temperature: Double) throws -> LinearClassifier {
    let offsets = try bias.map {
      try Tensor($0.floats().map { Float(Double($0) / temperature) }, shape: [classCount], name: "bias")
    }
    return try LinearClassifier(
      weights: weights, bias: offsets, scale: Float(Double(scale) / temperature), normalizes: normalizes)
  }
}

extension TipAdapterClassifier {
  /// Returns the classifier with its logits divided by a temperature.
  package func divided(by temperature: Double) throws -> TipAdapterClassifier {
    try TipAdapterClassifier(
      keys: keys, labels: labels, text: text, scale: Float(Double(scale) / temperature), alpha: alpha / temperature,
      beta: beta)
  }
}
