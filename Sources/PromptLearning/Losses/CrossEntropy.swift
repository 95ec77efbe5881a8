/// Cross-entropy: `L = −log p(label)`, with `∂L/∂z = p − onehot(label)`; the mean over the batch.
package struct CrossEntropy: LabelLoss {
  /// The name, `ce`.
  package let name = "ce"

  /// Creates the loss, which has no settings.
  package init() {}

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    write(slope: 1, logProbabilities, label, to: &gradient)
    return -logProbabilities[label]
  }
}
