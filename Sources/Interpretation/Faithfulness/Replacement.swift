import PromptLensTensors

/// A replacement of an ablated vector.
package enum Replacement: String, Sendable, CaseIterable {
  /// Nothing: the prompt is a position shorter.
  case leaveOneOut = "leave-one-out"
  /// The zero vector.
  case zero
  /// The mean of all words' embeddings.
  case mean
  /// A random vector of the same length, several times.
  case random

  /// The key in documents.
  package var key: String { rawValue.replacing("-", with: "_") }
}

extension ContextMatrix {
  /// The context with zeros in place of its vectors.
  var zeros: ContextMatrix {
    var result = self
    result.vectors = [Float](repeating: 0, count: vectors.count)
    return result
  }

  /// Returns the context with every vector replaced by one row.
  package func filled(with row: [Float]) -> ContextMatrix {
    var result = self
    result.vectors = (0..<rows).flatMap { _ in row }
    return result
  }

  /// Returns the context with every vector replaced by a random one of its length.
  func randomized(_ directions: inout SplitMix64) -> ContextMatrix {
    var result = self
    result.vectors = (0..<rows).flatMap { row in
      let squares = vectors[row * width..<(row + 1) * width].reduce(0) { $0 + Double($1) * Double($1) }
      return directions.vector(width: width, length: squares.squareRoot())
    }
    return result
  }
}
