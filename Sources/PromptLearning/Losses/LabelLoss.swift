import PromptLensTensors
import Foundation

/// The rows of a large batch that one worker evaluates at a time.
private let labelLossBlock = 128

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
  /// Computes the loss of a batch; see ``Loss/evaluate(logits:classCount:labels:weights:total:)``.
  package func evaluate(
    logits: [Float], classCount: Int, labels: [Int], weights: [Float], total: Int
  ) -> LossValue {
    func share(_ row: Int) -> Double { Double(weights.isEmpty ? 1 : weights[row]) / Double(total) }
    @Sendable func part(_ block: Int) -> (rows: [Double], gradient: [Float]) {
      let range = block * labelLossBlock..<min((block + 1) * labelLossBlock, labels.count)
      var (rows, gradient): ([Double], [Float]) = ([], [])
      gradient.reserveCapacity(range.count * classCount)
      for row in range {
        let logProbabilities = Softmax.logProbabilities(logits[row * classCount..<(row + 1) * classCount])
        let share = Double(weights.isEmpty ? 1 : weights[row]) / Double(total)
        var own = [Double](repeating: 0, count: classCount)
        rows.append(self.row(logProbabilities, label: labels[row], gradient: &own))
        for value in own { gradient.append(Float(share * value)) }
      }
      return (rows, gradient)
    }
    let blocks = (labels.count + labelLossBlock - 1) / labelLossBlock
    // No piece fails.
    let parts = blocks == 1 ? [part(0)] : (try? Parallel.map(blocks) { part($0) }) ?? (0..<blocks).map(part)
    var value = LossValue(rows: [], mean: 0, gradient: [])
    value.gradient.reserveCapacity(logits.count)
    for part in parts {
      value.rows += part.rows
      value.gradient += part.gradient
    }
    // In the order of the rows, whoever computed them.
    for (row, loss) in value.rows.enumerated() { value.mean += share(row) * loss }
    return value
  }

  /// Writes the gradient of a loss that depends only on p_y: `slope · (p − onehot(y))`, with `slope = −f′(p_y) p_y`.
  func write(slope: Double, _ logProbabilities: [Double], _ label: Int, to gradient: inout [Double]) {
    for (index, logProbability) in logProbabilities.enumerated() {
      gradient[index] = slope * (exp(logProbability) - (index == label ? 1 : 0))
    }
  }
}
