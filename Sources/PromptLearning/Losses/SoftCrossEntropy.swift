import PromptLensTensors
import Foundation

/// Cross-entropy with a distribution instead of a label for each row: `L = −Σ q log p`, with `∂L/∂z = p − q`.
///
/// It differs from the Kullback–Leibler divergence of p from q by a constant, so both have this gradient.
struct SoftCrossEntropy {
  /// The targets' distributions, `[batch, classes]`, each of sum 1.
  let targets: [Double]

  /// Computes the loss of a batch and its gradient.
  func evaluate(logits: [Float], classCount: Int) -> LossValue {
    let batch = logits.count / max(classCount, 1)
    var value = LossValue(rows: [], mean: 0, gradient: [])
    for row in 0..<batch {
      let range = row * classCount..<(row + 1) * classCount
      let logProbabilities = Softmax.logProbabilities(logits[range])
      let loss = -zip(targets[range], logProbabilities).reduce(0.0) { $0 + $1.0 * $1.1 }
      value.rows.append(loss)
      value.mean += loss / Double(batch)
      for (target, logProbability) in zip(targets[range], logProbabilities) {
        value.gradient.append(Float((exp(logProbability) - target) / Double(batch)))
      }
    }
    return value
  }
}
