import PromptLensEvaluation
import PromptLensTensors

/// Rows of numbers in the space that images and texts share, as the towers give them (not scaled to unit length).
public struct Embeddings: Sendable {
  let tensor: Tensor

  init(_ tensor: Tensor) { self.tensor = tensor }

  /// The number of rows.
  public var count: Int { tensor.shape.dimensions[0] }

  /// The numbers in a row.
  public var width: Int { tensor.shape.dimensions[1] }

  /// The numbers, row after row.
  public var values: [Float] { tensor.floats() }

  /// Accesses the numbers of one row.
  public subscript(row: Int) -> [Float] { Array(values[row * width..<(row + 1) * width]) }

  /// Returns the cosine of each of these rows with each of other rows.
  ///
  /// - Parameter others: rows of the same width.
  /// - Returns: one array of cosines for each of these rows.
  /// - Throws: ``PromptLensError`` when the widths differ, or there aren't any rows.
  public func cosines(with others: Embeddings) throws(PromptLensError) -> [[Float]] {
    try wrappingErrors {
      let cosines = try CosineClassifier(weights: others.tensor).cosines(with: tensor).floats()
      return (0..<count).map { Array(cosines[$0 * others.count..<($0 + 1) * others.count]) }
    }
  }
}
