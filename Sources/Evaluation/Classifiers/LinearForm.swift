import PromptLensTensors

/// A classifier whose logits are linear in the feature, or in the feature of length one.
package protocol LinearForm {
  /// The classifier as weights; nil where images change them.
  var linear: LinearClassifier? { get throws }
}

extension LinearClassifier: LinearForm {
  /// The classifier itself.
  package var linear: LinearClassifier? { self }
}

extension ScaledCosineClassifier: LinearForm {
  /// The rows with CLIP's scale.
  package var linear: LinearClassifier? {
    get throws { try LinearClassifier(weights: cosines.weights, scale: scale, normalizes: true) }
  }
}
