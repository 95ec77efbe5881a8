import Foundation

/// Cross-entropy with a smoothed label: `L = −Σ q log p`, with `q = (1 − ε) onehot(y) + ε / K` and `∂L/∂z = p − q`.
///
/// Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2016), section 7, with ε = 0.1;
/// under label noise: Lukasik et al., "Does label smoothing mitigate label noise?" (2020).
package struct LabelSmoothing: LabelLoss {
  /// ε, from 0 to below 1.
  package let smoothing: Double

  /// Creates the loss of a degree of smoothing.
  package init(smoothing: Double = 0.1) { self.smoothing = smoothing }

  /// The name, `smoothing:ε`.
  package var name: String { "smoothing:\(LossName.number(smoothing))" }

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    let each = smoothing / Double(logProbabilities.count)
    var loss = 0.0
    for (index, logProbability) in logProbabilities.enumerated() {
      let target = each + (index == label ? 1 - smoothing : 0)
      loss -= target * logProbability
      gradient[index] = exp(logProbability) - target
    }
    return loss
  }
}
