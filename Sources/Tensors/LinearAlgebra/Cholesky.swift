/// The factor L of a symmetric positive definite matrix, `A = L Lᵀ`, and solutions of `A X = B`.
///
/// Source: Golub and Van Loan, "Matrix Computations", section 4.2.
package struct Cholesky {
  private let factor: [Double]
  private let size: Int

  /// Factors a matrix, of which the lower half is read; returns nil if it isn't positive definite.
  package init?(_ matrix: [Double], size: Int) {
    var factor = matrix
    let isDefinite = factor.withUnsafeMutableBufferPointer { a -> Bool in
      for row in 0..<size {
        for column in 0...row {
          var sum = a[row * size + column]
          for inner in 0..<column { sum -= a[row * size + inner] * a[column * size + inner] }
          if row == column {
            guard sum > 0 else { return false }
            a[row * size + row] = sum.squareRoot()
          } else {
            a[row * size + column] = sum / a[column * size + column]
          }
        }
      }
      return true
    }
    guard isDefinite else { return nil }
    self.factor = factor
    self.size = size
  }

  /// Solves for all columns of B at once.
  ///
  /// - Parameters:
  ///   - right: B, `[size, columns]`.
  ///   - columns: the number of columns.
  /// - Returns: X, `[size, columns]`.
  package func solve(_ right: [Double], columns: Int) -> [Double] {
    var x = right
    x.withUnsafeMutableBufferPointer { x in
      func subtract(_ weight: Double, row: Int, from target: Int) {
        for column in 0..<columns { x[target * columns + column] -= weight * x[row * columns + column] }
      }
      for row in 0..<size {
        for inner in 0..<row { subtract(factor[row * size + inner], row: inner, from: row) }
        for column in 0..<columns { x[row * columns + column] /= factor[row * size + row] }
      }
      for row in (0..<size).reversed() {
        for inner in row + 1..<max(size, row + 1) { subtract(factor[inner * size + row], row: inner, from: row) }
        for column in 0..<columns { x[row * columns + column] /= factor[row * size + row] }
      }
    }
    return x
  }
}
