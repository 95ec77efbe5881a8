import PromptLensTensors
import Foundation

/// A loss of individual images, given the classes' probabilities p, the softmax of the logits z, and the label y.
///
/// Most losses of this family depend only on p_y: with `L = f(p_y)`, `∂L/∂z = −f′(p_y) p_y · (p − onehot(y))`, which is
/// cross-entropy's gradient times a factor that is smaller for doubtful labels.
protocol LabelLoss: Loss {
  /// Computes the loss of one row.
  ///
  /// - Parameters:
  ///   - logProbabilities: log p.
  ///   - label: y.
  ///   - gradient: receives ∂L/∂z; zeros before.
  /// - Returns: L.
  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double
}

extension LabelLoss {
  /// Computes the loss of a batch; see ``Loss/evaluate(logits:classCount:labels:weights:)``.
  package func evaluate(logits: [Float], classCount: Int, labels: [Int], weights: [Float]) -> LossValue {
    var value = LossValue(rows: [], mean: 0, gradient: [])
    value.gradient.reserveCapacity(logits.count)
    for (row, label) in labels.enumerated() {
      let logProbabilities = Softmax.logProbabilities(logits[row * classCount..<(row + 1) * classCount])
      let share = Double(weights.isEmpty ? 1 : weights[row]) / Double(labels.count)
      var gradient = [Double](repeating: 0, count: classCount)
      let loss = self.row(logProbabilities, label: label, gradient: &gradient)
      value.rows.append(loss)
      value.mean += share * loss
      for part in gradient { value.gradient.append(Float(share * part)) }
    }
    return value
  }

  /// Writes the gradient of a loss that depends only on p_y: `slope · (p − onehot(y))`, with `slope = −f′(p_y) p_y`.
  func write(slope: Double, _ logProbabilities: [Double], _ label: Int, to gradient: inout [Double]) {
    for (index, logProbability) in logProbabilities.enumerated() {
      gradient[index] = slope * (exp(logProbability) - (index == label ? 1 : 0))
    }
  }
}
