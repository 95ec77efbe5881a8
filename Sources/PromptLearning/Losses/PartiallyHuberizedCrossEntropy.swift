import Foundation

/// Partially Huberized cross-entropy: `L = −log p_y` where `p_y > 1/τ`, and its tangent `−τ p_y + log τ + 1` below,
/// with slope `min(τ p_y, 1)`: the gradient of an image is bounded, and vanishes with the probability of its label.
///
/// Source: Menon et al., "Can gradient clipping mitigate label noise?" (2020), equation 9, with τ = 10 of its larger
/// tasks.
package struct PartiallyHuberizedCrossEntropy: LabelLoss {
  /// τ, above 1.
  package let threshold: Double

  /// Creates the loss of a threshold.
  package init(threshold: Double = 10) { self.threshold = threshold }

  /// The name, `phuber-ce:τ`.
  package var name: String { "phuber-ce:\(LossName.number(threshold))" }

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    let probability = exp(logProbabilities[label])
    write(slope: min(threshold * probability, 1), logProbabilities, label, to: &gradient)
    return threshold * probability > 1
      ? -logProbabilities[label] : -threshold * probability + log(threshold) + 1
  }
}
