/// Cross-entropy: `L = −log p(label)`, with `∂L/∂z = p − onehot(label)`; the mean over the batch.
public struct CrossEntropy: LabelLoss {
  /// `ce`.
  public let name = "ce"

  /// The loss has no settings.
  public init() {}

  func row(_ logProbabilities: [Double], label: Int, gradient: inout [Double]) -> Double {
    write(slope: 1, logProbabilities, label, to: &gradient)
    return -logProbabilities[label]
  }
}
