import PromptLensTensors

/// One context, or one for each class, in a form that measurements change and compare.
package struct ContextMatrix: Sendable, Equatable {
  /// The vectors, row after row, context after context.
  package var vectors: [Float]
  /// M, the number of vectors in a context.
  package let length: Int
  /// The width of a vector.
  package let width: Int
  /// The position that is left out of the prompts, which are then a position shorter; `nil` when none is.
  package var omitted: Int?

  /// Creates a matrix of one context or of several.
  ///
  /// - Parameter vectors: `[M, D]` or `[K, M, D]`.
  /// - Throws: `TensorError` if they have another shape.
  package init(_ vectors: Tensor) throws {
    let dimensions = vectors.shape.dimensions
    guard (2...3).contains(dimensions.count), vectors.shape.count > 0 else {
      throw TensorError.shapeMismatch(
        operation: "context", name: "the context", expected: [-1, -1], found: dimensions)
    }
    self.vectors = vectors.floats()
    length = dimensions[dimensions.count - 2]
    width = dimensions[dimensions.count - 1]
  }

  /// The number of vectors of all contexts.
  package var rows: Int { vectors.count / width }

  /// Returns the context with the vectors of `other` at the positions that `isReplaced` selects, in every class.
  package func replacing(with other: ContextMatrix, where isReplaced: (Int) -> Bool) -> ContextMatrix {
    var result = self
    for row in 0..<rows where isReplaced(row % length) {
      result.vectors.replaceSubrange(
        row * width..<(row + 1) * width, with: other.vectors[row * width..<(row + 1) * width])
    }
    return result
  }

  /// Returns the sum of (1 − α) of this context and α of another.
  package func mixed(with other: ContextMatrix, share: Double) -> ContextMatrix {
    var result = self
    let (kept, taken) = (Float(1 - share), Float(share))
    for index in vectors.indices { result.vectors[index] = kept * vectors[index] + taken * other.vectors[index] }
    return result
  }

  /// Returns a context of words, in this one's shape.
  ///
  /// - Parameters:
  ///   - ids: a word for each row.
  ///   - embedding: the words' vectors, `[vocabulary, width]`.
  /// - Returns: The words' vectors in place of this context's.
  /// - Throws: `TensorError` if there isn't a word for each row, or the widths differ.
  package func words(_ ids: [Int], of embedding: Tensor) throws -> ContextMatrix {
    guard ids.count == rows, embedding.shape.rank == 2, embedding.shape.dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "words", name: "the context", expected: [rows, width],
        found: [ids.count] + embedding.shape.dimensions)
    }
    var result = self
    result.vectors = try ids.flatMap { try embedding.rows($0..<$0 + 1).floats() }
    return result
  }

  /// Returns other vectors in this context's shape.
  ///
  /// - Throws: `TensorError` if their number differs.
  package func holding(_ vectors: [Float]) throws -> ContextMatrix {
    guard vectors.count == self.vectors.count else {
      throw TensorError.shapeMismatch(
        operation: "context", name: "the vectors", expected: [rows, width], found: [vectors.count / width, width])
    }
    var result = self
    result.vectors = vectors
    return result
  }

  /// Returns the context without one of its positions.
  package func omitting(_ position: Int) -> ContextMatrix {
    var result = self
    result.omitted = position
    return result
  }
}
