import PromptLensTensorFiles
import PromptLensTensors

/// Context vectors that were learned in place of words.
package struct LearnedContext: Sendable {
  /// The vectors: `[M, D]`, one context for all classes, or `[K, M, D]`, one for each of K classes.
  package let vectors: Tensor
  /// The names of the classes, K of them where there is a context for each.
  package let classNames: [String]?
  /// Where the class name stands among the vectors: `end`, `middle` or `front`.
  package let classPosition: String?
  /// The digest of the token embedding that the vectors were learned with; see `TensorDigest`.
  package let embeddingFingerprint: String?
  /// What a checkpoint of CoOp or CoCoOp says besides; nil for other files.
  package let provenance: PromptProvenance?

  /// A context.
  ///
  /// - Parameters:
  ///   - vectors: `[M, D]` or `[K, M, D]`.
  ///   - classNames: the classes that it was learned for.
  ///   - classPosition: where the class name stands.
  ///   - embeddingFingerprint: the token embedding's.
  ///   - provenance: what is known of how it was learned.
  ///   - source: the file that it comes from, for errors.
  /// - Throws: ``TensorFileError`` when the vectors are no `[M, D]` or `[K, M, D]` of finite numbers, or the class names
  ///   are not K.
  package init(
    vectors: Tensor, classNames: [String]? = nil, classPosition: String? = nil, embeddingFingerprint: String? = nil,
    provenance: PromptProvenance? = nil, source: String
  ) throws {
    func unexpected(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: source, object: object, expected: expected, found: found)
    }
    guard (2...3).contains(vectors.shape.rank), vectors.shape.count > 0 else {
      throw unexpected("the context", "[vectors, width] or [classes, vectors, width]", "of shape \(vectors.shape)")
    }
    guard vectors.isFinite else { throw unexpected("the context", "finite numbers", "one with NaN or infinity") }
    if let classNames, vectors.shape.rank == 3, classNames.count != vectors.shape.dimensions[0] {
      throw unexpected("the list of class names", "\(vectors.shape.dimensions[0]) long", "\(classNames.count) long")
    }
    if let classPosition, !["end", "middle", "front"].contains(classPosition) {
      throw unexpected("the class position", "end, middle or front", classPosition)
    }
    self.vectors = vectors
    self.classNames = classNames
    self.classPosition = classPosition
    self.embeddingFingerprint = embeddingFingerprint
    self.provenance = provenance
  }

  /// The width of a vector.
  package var width: Int { vectors.shape.dimensions.last ?? 0 }
  /// The number of vectors in a context.
  package var length: Int { vectors.shape.dimensions[vectors.shape.rank - 2] }
  /// The number of contexts when there is one for each class, nil when all classes share one.
  package var classCount: Int? { vectors.shape.rank == 3 ? vectors.shape.dimensions[0] : nil }
}
