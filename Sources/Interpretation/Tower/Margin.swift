import Foundation
import PromptLensPromptLearning

/// The margin of images, the log odds of their labels: `m = z_y − log Σ_{k≠y} exp z_k`.
///
/// `∂m/∂z_y = 1` and `∂m/∂z_k = −exp(z_k) / Σ_{j≠y} exp z_j`. Larger is better, unlike a loss.
package struct Margin: Loss {
  /// The name, `margin`.
  package let name = "margin"

  /// Creates the margin, which has no settings.
  package init() {}

  /// Returns the margin of a batch; see `Loss/evaluate(logits:classCount:labels:weights:total:)`. With a single class it is 0.
  package func evaluate(
    logits: [Float], classCount: Int, labels: [Int], weights: [Float], total: Int
  ) -> LossValue {
    var value = LossValue(rows: [], mean: 0, gradient: [Float](repeating: 0, count: logits.count))
    for (row, label) in labels.enumerated() {
      let scores = logits[row * classCount..<(row + 1) * classCount]
      let others = scores.enumerated().filter { $0.offset != label }
      guard let largest = others.map(\.element).max() else {
        value.rows.append(0)
        continue
      }
      let sum = others.reduce(0.0) { $0 + exp(Double($1.element) - Double(largest)) }
      let margin = Double(scores[row * classCount + label]) - Double(largest) - log(sum)
      let share = Double(weights.isEmpty ? 1 : weights[row]) / Double(total)
      value.rows.append(margin)
      value.mean += share * margin
      value.gradient[row * classCount + label] = Float(share)
      for (classIndex, score) in others {
        value.gradient[row * classCount + classIndex] = Float(-share * exp(Double(score) - Double(largest)) / sum)
      }
    }
    return value
  }
}
