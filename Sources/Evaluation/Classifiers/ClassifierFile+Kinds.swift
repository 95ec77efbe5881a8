import PromptLensTensors

extension ClassifierFile {
  /// The kinds of classifiers in files. A new kind is a type that implements ``StorableClassifier``, and an entry here.
  private static let kinds: [any StorableClassifier.Type] = [
    LinearClassifier.self, TipAdapterClassifier.self, ClipAdapterClassifier.self,
  ]

  /// Creates the classifier of the file.
  ///
  /// - Parameter path: the file, for errors.
  /// - Returns: a classifier with a logit for each of ``classNames``.
  /// - Throws: ``EvaluationError/badClassifier(path:reason:)`` when the file's arrays and numbers are incomplete or
  ///   invalid.
  package func classifier(path: String) throws -> any StorableClassifier {
    guard let kind = Self.kinds.first(where: { $0.kind == self.kind }) else {
      throw EvaluationError.badClassifier(
        path: path, reason: "this version of promptlens can't read a \(self.kind) classifier")
    }
    let classifier = try kind.init(StoredParts(file: self, path: path))
    guard classNames.count == classifier.classCount else {
      throw EvaluationError.badClassifier(
        path: path, reason: "it names \(classNames.count) classes and has logits for \(classifier.classCount)")
    }
    return classifier
  }
}

/// The arrays and numbers of a classifier's file, checked on access.
package struct StoredParts {
  let file: ClassifierFile
  let path: String

  /// Returns a required array, which must be finite.
  func part(_ name: String) throws(EvaluationError) -> Tensor {
    guard let tensor = try optionalPart(name) else {
      throw bad("a \(file.kind) classifier has an array \(name)")
    }
    return tensor
  }

  /// Returns an optional array, which must be finite; nil if the file lacks it.
  func optionalPart(_ name: String) throws(EvaluationError) -> Tensor? {
    guard let tensor = file.part(name) else { return nil }
    guard tensor.isFinite else { throw bad("its array \(name) holds NaN or infinity") }
    return tensor
  }

  /// Returns a required number, which must be finite.
  func setting(_ name: String) throws(EvaluationError) -> Double {
    guard let value = file.setting(name), value.isFinite else {
      throw bad("a \(file.kind) classifier has a number \(name)")
    }
    return value
  }

  /// Returns an error about the file.
  func bad(_ reason: String) -> EvaluationError { .badClassifier(path: path, reason: reason) }
}
