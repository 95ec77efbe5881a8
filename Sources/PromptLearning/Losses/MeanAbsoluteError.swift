import Foundation

/// Mean absolute error: `L = |onehot(y) − p|₁ = 2 (1 − p_y)`, with slope `2 p_y`.
///
/// Source: Ghosh, Kumar and Sastry, "Robust Loss Functions under Label Noise for Deep Neural Networks" (2017), equation
/// 6. Half of it is `gce:1`, which is also called mean absolute error.
package struct MeanAbsoluteError: LabelLoss {
  /// The name, `mae`.
  package let name = "mae"

  /// Creates the loss, which has no settings.
  package init() {}

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    write(slope: 2 * exp(logProbabilities[label]), logProbabilities, label, to: &gradient)
    return -2 * expm1(logProbabilities[label])
  }
}
