import Foundation

/// Cross-entropy: `L = −log p(label)`, with `∂L/∂z = p − onehot(label)`; the mean over the batch.
public struct CrossEntropy: Loss {
  /// `ce`.
  public let name = "ce"

  /// The loss has no settings.
  public init() {}

  /// The loss of a batch; see ``Loss/evaluate(logits:ways:labels:weights:)``.
  public func evaluate(logits: [Float], ways: Int, labels: [Int], weights: [Float]) -> LossValue {
    var value = LossValue(rows: [], mean: 0, gradient: [])
    value.gradient.reserveCapacity(logits.count)
    for (row, label) in labels.enumerated() {
      let logProbabilities = Softmax.logProbabilities(logits[row * ways..<(row + 1) * ways])
      let share = Double(weights.isEmpty ? 1 : weights[row]) / Double(labels.count)
      value.rows.append(-logProbabilities[label])
      value.mean -= share * logProbabilities[label]
      for (index, logProbability) in logProbabilities.enumerated() {
        value.gradient.append(Float(share * (exp(logProbability) - (index == label ? 1 : 0))))
      }
    }
    return value
  }
}
