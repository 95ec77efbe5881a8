import Foundation

/// Generalized cross-entropy: `L = (1 − p_y^q) / q`, with slope `p_y^q`: cross-entropy as q goes to 0, and half the
/// mean absolute error at 1.
///
/// Source: Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels"
/// (2018), equation 6, with q = 0.7. For prompts Wu et al. (2023) take 0.5.
package struct GeneralizedCrossEntropy: LabelLoss {
  /// q, above 0 to 1.
  package let exponent: Double

  /// Creates the loss of an exponent.
  package init(exponent: Double = 0.7) { self.exponent = exponent }

  /// The name, `gce:q`.
  package var name: String { "gce:\(LossName.number(exponent))" }

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    // 1 − p^q without loss of digits near p = 1.
    let power = exponent * logProbabilities[label]
    write(slope: exp(power), logProbabilities, label, to: &gradient)
    return -expm1(power) / exponent
  }
}
