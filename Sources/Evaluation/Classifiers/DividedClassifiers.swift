import PromptLensTensors

// Classifiers whose logits are divided by a temperature, so that every reader of their files has calibrated probabilities.

extension LinearClassifier {
  /// Returns the classifier with its logits divided by a temperature.
  package func divided(by temperature: Double) throws -> LinearClassifier {
    let offsets = try bias.map {
      try Tensor($0.floats().map { Float(Double($0) / temperature) }, shape: [classCount], name: "bias")
    }
    return try LinearClassifier(
      weights: weights, bias: offsets, scale: Float(Double(scale) / temperature), normalizes: normalizes)
  }
}

extension TipAdapterClassifier {
  /// Returns the classifier with its logits divided by a temperature.
  package func divided(by temperature: Double) throws -> TipAdapterClassifier {
    try TipAdapterClassifier(
      keys: keys, labels: labels, text: text, scale: Float(Double(scale) / temperature), alpha: alpha / temperature,
      beta: beta)
  }
}
