import PromptLensEvaluation
import PromptLensTensors

/// Feature vectors of images or texts in CLIP's shared space, one in each row, not scaled to unit length.
public struct Embeddings: Sendable {
  let tensor: Tensor

  init(_ tensor: Tensor) { self.tensor = tensor }

  /// The number of rows.
  public var count: Int { tensor.shape.dimensions[0] }

  /// The number of elements in a row.
  public var width: Int { tensor.shape.dimensions[1] }

  /// All elements, in row-major order.
  public var values: [Float] { tensor.floats() }

  /// Accesses the elements of a row.
  public subscript(row: Int) -> [Float] { Array(values[row * width..<(row + 1) * width]) }

  /// Returns the cosine similarity of each row with each row of other embeddings.
  ///
  /// - Parameter others: the other embeddings, of the same width.
  /// - Returns: one array of cosines for each row.
  /// - Throws: ``PromptLensError`` when the widths differ, or there aren't any rows.
  public func cosines(with others: Embeddings) throws(PromptLensError) -> [[Float]] {
    try wrappingErrors {
      let cosines = try CosineClassifier(weights: others.tensor).cosines(with: tensor).floats()
      return (0..<count).map { Array(cosines[$0 * others.count..<($0 + 1) * others.count]) }
    }
  }
}
