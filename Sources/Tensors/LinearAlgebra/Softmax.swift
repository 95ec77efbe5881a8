import Foundation

/// Functions for probabilities from logits and sums of exponentials, in f64.
package enum Softmax {
  /// Returns `log softmax` of a row: `x − max − log Σ exp(x − max)`.
  package static func logProbabilities(_ logits: some Collection<Float>) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let shifted = logits.map { Double($0) - largest }
    let logSum = log(shifted.reduce(0) { $0 + exp($1) })
    return shifted.map { $0 - logSum }
  }

  /// Returns `softmax` of a row, the exponentials of ``logProbabilities(_:)``.
  package static func probabilities(_ logits: some Collection<Float>) -> [Double] {
    logProbabilities(logits).map { exp($0) }
  }

  /// Returns `softmax` of a row without one of its entries, whose probability is zero.
  package static func probabilities(_ logits: [Double], without index: Int) -> [Double] {
    let largest = logits.enumerated().lazy.filter { $0.offset != index }.map(\.element).max() ?? 0
    let weights = logits.enumerated().map { $0.offset == index ? 0 : exp($0.element - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Returns `1 − softmax(x)[index]` without loss of precision when that entry is nearly certain.
  package static func complement(_ logits: [Double], of index: Int) -> Double {
    let largest = logits.max() ?? 0
    let sum = logits.reduce(0) { $0 + exp($1 - largest) }
    let others = logits.enumerated().reduce(0) { $1.offset == index ? $0 : $0 + exp($1.element - largest) }
    return others / sum
  }

  /// Returns `log Σ exp(x)`.
  package static func logSumExp(_ values: ArraySlice<Double>) -> Double {
    let largest = values.max() ?? 0
    return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
  }
}
