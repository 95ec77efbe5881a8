import PromptLensTensors

/// A classifier by cosines times CLIP's scale, as for hand-written or learned prompts.
package struct ScaledCosineClassifier: FeatureClassifier {
  /// The rows that images are compared with.
  package let cosines: CosineClassifier
  /// `exp(logit_scale)`.
  package let scale: Float

  /// Creates a classifier.
  ///
  /// - Parameters:
  ///   - cosines: the rows that images are compared with.
  ///   - scale: `exp(logit_scale)`.
  package init(_ cosines: CosineClassifier, scale: Float) {
    self.cosines = cosines
    self.scale = scale
  }

  /// The number of classes.
  package var classCount: Int { cosines.classCount }

  /// Computes the logits of images; see ``FeatureClassifier/logits(for:)``.
  package func logits(for features: Tensor) throws -> Tensor { try cosines.logits(for: features, scale: scale) }

  /// Computes the logits of images for some classes.
  package func logits(for features: Tensor, among classes: [Int]) throws -> Tensor {
    try cosines.restricted(to: classes).logits(for: features, scale: scale)
  }
}

extension CosineClassifier {
  /// Returns the classifier of some classes: their rows, in the given order.
  ///
  /// - Parameter classes: rows of ``weights``.
  /// - Returns: a classifier of these classes.
  /// - Throws: ``EvaluationError/noClasses``, or ``EvaluationError/labelOutOfRange(label:classCount:)``.
  package func restricted(to classes: [Int]) throws -> CosineClassifier {
    if let label = classes.first(where: { !(0..<classCount).contains($0) }) {
      throw EvaluationError.labelOutOfRange(label: label, classCount: classCount)
    }
    guard classes != Array(0..<classCount) else { return self }
    return try CosineClassifier(weights: weights.selecting(classes))
  }
}
