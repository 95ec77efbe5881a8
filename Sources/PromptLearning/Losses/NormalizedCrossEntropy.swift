import Foundation

/// Normalized cross-entropy with its reverse: `L = α NCE + β RCE`, where `NCE = log p_y / Σ_k log p_k`.
///
/// With `l = log p` and `S = Σ l_k`: `∂l_k/∂z_j = δ_kj − p_j` and `∂S/∂z_j = 1 − K p_j`, so
/// `∂NCE/∂z_j = (δ_yj − p_j) / S − l_y (1 − K p_j) / S²`.
/// Source: Ma et al., "Normalized Loss Functions for Deep Learning with Noisy Labels" (2020), equation 4 and section 4,
/// with α = β = 1.
package struct NormalizedCrossEntropy: LabelLoss {
  /// α.
  package let active: Double
  /// β.
  package let passive: Double

  /// Creates the loss of two weights.
  package init(active: Double = 1, passive: Double = 1) {
    self.active = active
    self.passive = passive
  }

  /// The name, `nce-rce:α:β`.
  package var name: String { "nce-rce:\(LossName.number(active)):\(LossName.number(passive))" }

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    let own = logProbabilities[label]
    write(slope: passive * ReverseCrossEntropy.slope(own), logProbabilities, label, to: &gradient)
    let sum = logProbabilities.reduce(0, +)
    // A single class leaves nothing to normalize by, and nothing to learn.
    guard sum < 0 else { return passive * ReverseCrossEntropy.loss(own) }
    let classCount = Double(logProbabilities.count)
    for (index, logProbability) in logProbabilities.enumerated() {
      let probability = exp(logProbability)
      gradient[index] +=
        active * (((index == label ? 1 : 0) - probability) / sum - own * (1 - classCount * probability) / (sum * sum))
    }
    return active * own / sum + passive * ReverseCrossEntropy.loss(own)
  }
}
