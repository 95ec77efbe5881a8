import PromptLensTensors

/// Measures of the similarity of two sets of rows.
package enum Similarity {
  /// Returns the debiased linear centered kernel alignment: 1 for a rotated, shifted or scaled copy, on average 0 for
  /// unrelated rows, however few they are.
  ///
  /// With K̃ and L̃ the inner products of rows, zero on the diagonal, it is `h(K̃, L̃) / √(h(K̃, K̃) h(L̃, L̃))`, where
  /// `h(K̃, L̃) = tr K̃L̃ + 1ᵀK̃1 · 1ᵀL̃1 / ((n − 1)(n − 2)) − 2 / (n − 2) · 1ᵀK̃L̃1`. The plain alignment is far from 0 by
  /// chance with fewer rows than columns.
  ///
  /// Sources: Kornblith et al., "Similarity of Neural Network Representations Revisited" (2019), section 3; Song et
  /// al., "Feature Selection via Dependence Maximization" (2012), equation 4, for the unbiased h.
  ///
  /// - Parameters:
  ///   - left: `[rows, width]`.
  ///   - right: `[rows, width]` of any width.
  /// - Returns: at most about 1; `nil` for fewer than four rows, or if the rows of one are all alike.
  /// - Throws: `TensorError` if the numbers of rows differ.
  package static func alignment(_ left: Tensor, _ right: Tensor) throws -> Double? {
    let (x, y) = try (ClassRows(left), ClassRows(right))
    guard x.count == y.count else {
      throw TensorError.shapeMismatch(
        operation: "alignment", name: "rows", expected: left.shape.dimensions, found: right.shape.dimensions)
    }
    return RowProducts(x).alignment(RowProducts(y))
  }

  /// Returns the alignments of rows with the same rows in random orders, the values that chance gives.
  ///
  /// - Parameters:
  ///   - left: `[rows, width]`.
  ///   - right: `[rows, width]` of any width.
  ///   - count: the number of orders.
  ///   - seed: the seed of the orders.
  /// - Returns: the alignment of each order.
  /// - Throws: `TensorError` if the numbers of rows differ.
  package static func shuffledAlignments(
    _ left: Tensor, _ right: Tensor, count: Int = 200, seed: UInt64
  ) throws -> [Double] {
    _ = try alignment(left, right)
    let (x, y) = try (RowProducts(ClassRows(left)), RowProducts(ClassRows(right)))
    var draws = SplitMix64(seed: seed)
    return (0..<count).compactMap { _ in
      let order = Array(0..<y.count).shuffled(using: &draws)
      return x.alignment(y.selecting(order))
    }
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

/// The inner products of rows, zero on the diagonal, less the mean row so that large common parts don't cost digits.
private struct RowProducts {
  let count: Int
  private let products: [Double]

  init(_ rows: ClassRows) {
    let mean = (0..<rows.width).map { column in
      (0..<rows.count).reduce(0) { $0 + rows[$1][column] } / Double(max(rows.count, 1))
    }
    let centered = (0..<rows.count).map { rows[$0].subtracting(mean) }
    count = rows.count
    products = centered.indices.flatMap { row in
      centered.indices.map { $0 == row ? 0 : centered[row].dot(centered[$0]) }
    }
  }

  private init(count: Int, products: [Double]) {
    self.count = count
    self.products = products
  }

  /// Returns the products of the rows in another order.
  func selecting(_ order: [Int]) -> RowProducts {
    RowProducts(
      count: count, products: order.flatMap { row in order.map { products[row * count + $0] } })
  }

  /// Returns the debiased alignment.
  func alignment(_ other: RowProducts) -> Double? {
    guard count > 3 else { return nil }
    let (own, their) = (dependence(self), other.dependence(other))
    let size = (own * their).squareRoot()
    return own > 0 && their > 0 && size > 0 ? dependence(other) / size : nil
  }

  private func dependence(_ other: RowProducts) -> Double {
    let n = Double(count)
    let (sums, otherSums) = (rowSums, other.rowSums)
    return products.dot(other.products) + sums.reduce(0, +) * otherSums.reduce(0, +) / ((n - 1) * (n - 2))
      - 2 / (n - 2) * sums.dot(otherSums)
  }

  private var rowSums: [Double] {
    (0..<count).map { row in products[row * count..<(row + 1) * count].reduce(0, +) }
  }
}

extension [Double] {
  /// Returns the cosine; 0 if one vector is zeros.
  func cosine(_ other: [Double]) -> Double {
    let lengths = dot(self) * other.dot(other)
    return lengths > 0 ? dot(other) / lengths.squareRoot() : 0
  }
}
