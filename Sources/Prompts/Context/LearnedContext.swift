import PromptLensTensorFiles
import PromptLensTensors

/// Learned context vectors, which replace the words of a prompt.
package struct LearnedContext: Sendable {
  /// The vectors: `[M, D]`, one context for all classes, or `[K, M, D]`, one for each of K classes.
  package let vectors: Tensor
  /// The class names; K of them if each class has its own context.
  package let classNames: [String]?
  /// The position of the class name among the vectors; nil if unknown.
  package let classPosition: ClassPosition?
  /// The digest of the token embedding that the vectors were learned with; see `TensorDigest`.
  package let embeddingFingerprint: String?
  /// The tensors of the network that shifts the vectors image by image, by their names in CoCoOp's checkpoints without
  /// `meta_net.`; empty without a network. ``MetaNetwork`` checks and runs them.
  package let metaNetwork: [String: Tensor]
  /// The provenance of the context; nil for files without one.
  package let provenance: PromptProvenance?

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - vectors: `[M, D]` or `[K, M, D]`.
  ///   - classNames: the classes for which it was learned.
  ///   - classPosition: the position of the class name.
  ///   - embeddingFingerprint: the token embedding's.
  ///   - metaNetwork: the tensors of the network that shifts the vectors image by image.
  ///   - provenance: its provenance.
  ///   - source: the file that it comes from, for errors.
  /// - Throws: `TensorFileError` when the vectors aren't `[M, D]` or `[K, M, D]` of finite numbers, or the class
  ///   names aren't K.
  package init(
    vectors: Tensor, classNames: [String]? = nil, classPosition: ClassPosition? = nil,
    embeddingFingerprint: String? = nil, metaNetwork: [String: Tensor] = [:],
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
    self.vectors = vectors
    self.classNames = classNames
    self.classPosition = classPosition
    self.embeddingFingerprint = embeddingFingerprint
    self.metaNetwork = metaNetwork
    self.provenance = provenance
  }

  /// A Boolean value that indicates whether a network shifts the vectors for each image, so that each image has its own
  /// prompts.
  package var isConditional: Bool { !metaNetwork.isEmpty }

  /// The width of a vector.
  package var width: Int { vectors.shape.dimensions.last ?? 0 }
  /// The number of vectors in a context.
  package var length: Int { vectors.shape.dimensions[vectors.shape.rank - 2] }
  /// The number of contexts if each class has its own; nil if all classes share one.
  package var classCount: Int? { vectors.shape.rank == 3 ? vectors.shape.dimensions[0] : nil }

  /// Returns the position of the class name: the given one, or else the context's.
  ///
  /// A context with the class name elsewhere is another classifier, so no position is assumed.
  ///
  /// - Throws: ``PromptError/unknownClassPosition(source:)`` when neither is known.
  package func classPosition(orGiven given: ClassPosition?, source: String) throws(PromptError) -> ClassPosition {
    guard let position = given ?? classPosition else { throw .unknownClassPosition(source: source) }
    return position
  }
}
