extension CosineClassifier {
  /// The classifier of some classes alone: their rows, in the order given.
  ///
  /// - Parameter classes: rows of ``weights``.
  /// - Returns: a classifier of as many ways.
  /// - Throws: ``EvaluationError/noClasses``, or ``EvaluationError/labelOutOfRange(label:ways:)``.
  package func restricted(to classes: [Int]) throws -> CosineClassifier {
    if let label = classes.first(where: { !(0..<ways).contains($0) }) {
      throw EvaluationError.labelOutOfRange(label: label, ways: ways)
    }
    guard classes != Array(0..<ways) else { return self }
    return try CosineClassifier(weights: weights.selecting(classes))
  }
}
