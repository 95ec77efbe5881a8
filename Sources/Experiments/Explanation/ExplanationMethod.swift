/// A method of finding the patches of an image that count.
package enum ExplanationMethod: String, Sendable, CaseIterable {
  /// Attention and its gradient, Chefer's rollout.
  case attention
  /// Integrated gradients over the pixels.
  case integratedGradients = "integrated-gradients"
}

/// Which classifier an explanation is of.
package enum ExplainedClassifier: String, Sendable, CaseIterable {
  /// Hand-written prompts: before learning.
  case words
  /// The learned prompt or classifier.
  case learned
}
