import Foundation

/// Symmetric cross-entropy: `L = α CE + β RCE`, cross-entropy and its reverse.
///
/// Source: Wang et al., "Symmetric Cross Entropy for Robust Learning with Noisy Labels" (2019), equation 6; α = 0.1 and
/// β = 1 as there for ten classes.
package struct SymmetricCrossEntropy: LabelLoss {
  /// α.
  package let forward: Double
  /// β.
  package let reverse: Double

  /// Creates the loss of two weights.
  package init(forward: Double = 0.1, reverse: Double = 1) {
    self.forward = forward
    self.reverse = reverse
  }

  /// The name, `sce:α:β`.
  package var name: String { "sce:\(LossName.number(forward)):\(LossName.number(reverse))" }

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    let own = logProbabilities[label]
    write(slope: forward + reverse * ReverseCrossEntropy.slope(own), logProbabilities, label, to: &gradient)
    return -forward * own + reverse * ReverseCrossEntropy.loss(own)
  }
}
