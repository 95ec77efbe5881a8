import Foundation

/// Probabilities of logits.
package enum Softmax {
  /// `log softmax` of a row, in f64: `x − max − log Σ exp(x − max)`.
  package static func logProbabilities(_ logits: some Collection<Float>) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let shifted = logits.map { Double($0) - largest }
    let logSum = log(shifted.reduce(0) { $0 + exp($1) })
    return shifted.map { $0 - logSum }
  }

  /// `softmax` of a row, in f64.
  package static func probabilities(_ logits: some Collection<Float>) -> [Double] {
    logProbabilities(logits).map { exp($0) }
  }
}
