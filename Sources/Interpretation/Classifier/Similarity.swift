import PromptLensTensors

/// Measures of the similarity of two sets of rows.
package enum Similarity {
  /// Returns the linear centered kernel alignment: 1 for a rotated, shifted or scaled copy, 0 if neither is linear in
  /// the other.
  ///
  /// With column-centered X and Y, `|XᵀY|² / (|XᵀX| |YᵀY|)` in Frobenius norms, by the rows' inner products. With fewer rows than
  /// columns it is far from 0 by chance. Source: Kornblith et al., "Similarity of Neural Network Representations
  /// Revisited" (2019), section 3.
  ///
  /// - Parameters:
  ///   - left: X, `[rows, width]`.
  ///   - right: Y, `[rows, width]` of any width.
  /// - Returns: 0 to 1; `nil` if the rows of one are all alike.
  /// - Throws: `TensorError` if the numbers of rows differ.
  package static func alignment(_ left: Tensor, _ right: Tensor) throws -> Double? {
    let (x, y) = try (ClassRows(left), ClassRows(right))
    guard x.count == y.count else {
      throw TensorError.shapeMismatch(
        operation: "alignment", name: "rows", expected: left.shape.dimensions, found: right.shape.dimensions)
    }
    let (k, l) = (x.centeredProducts, y.centeredProducts)
    let (own, other) = (k.dot(k), l.dot(l))
    return own > 0 && other > 0 ? k.dot(l) / (own * other).squareRoot() : nil
  }

  /// Returns the largest mean cosine of rows paired one to one, and the mean cosine of rows at the same index.
  ///
  /// - Parameters:
  ///   - left: `[rows, width]`.
  ///   - right: of the same shape.
  /// - Returns: The row of `right` for each row of `left`, and both means.
  /// - Throws: `TensorError` if the shapes differ.
  package static func matched(_ left: Tensor, _ right: Tensor) throws -> (
    pairs: [Int], matched: Double, samePosition: Double
  ) {
    let (x, y) = try (ClassRows(left), ClassRows(right).matching(left))
    let cosines = (0..<x.count).map { row in (0..<x.count).map { x[row].cosine(y[$0]) } }
    let pairs = Assignment.cheapest(cosines.map { $0.map { -$0 } })
    let count = Double(max(x.count, 1))
    return (
      pairs, pairs.enumerated().reduce(0) { $0 + cosines[$1.offset][$1.element] } / count,
      cosines.indices.reduce(0) { $0 + cosines[$1][$1] } / count
    )
  }
}

extension ClassRows {
  /// The inner products of the rows after the mean row is subtracted, `[count, count]`.
  fileprivate var centeredProducts: [Double] {
    let mean = (0..<width).map { column in (0..<count).reduce(0) { $0 + self[$1][column] } / Double(max(count, 1)) }
    let rows = (0..<count).map { self[$0].subtracting(mean) }
    return rows.flatMap { row in rows.map { row.dot($0) } }
  }
}

extension [Double] {
  /// Returns the cosine; 0 if one vector is zeros.
  fileprivate func cosine(_ other: [Double]) -> Double {
    let lengths = dot(self) * other.dot(other)
    return lengths > 0 ? dot(other) / lengths.squareRoot() : 0
  }
}
