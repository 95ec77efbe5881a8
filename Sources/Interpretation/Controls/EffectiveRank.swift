import Foundation

/// How many directions a context's vectors spread over.
///
/// exp(−Σ σ̂ᵢ ln σ̂ᵢ) with σ̂ᵢ = σᵢ / Σ σ, of the singular values σ of the matrix of vectors: M for M orthogonal vectors of one
/// length, 1 for multiples of one vector, 0 for zeros.
///
/// Source: Roy and Vetterli, "The effective rank: a measure of effective dimensionality" (2007).
package enum EffectiveRank {
  /// The effective rank of rows.
  ///
  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - width: the numbers in a row.
  /// - Returns: 0 to the number of rows.
  package static func of(_ rows: some Collection<Float>, width: Int) -> Double {
    let values = rows.map(Double.init)
    let count = values.count / max(width, 1)
    // The singular values' squares are the eigenvalues of the rows' inner products.
    var products = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0...i {
        let product = (0..<width).reduce(0) { $0 + values[i * width + $1] * values[j * width + $1] }
        products[i * count + j] = product
        products[j * count + i] = product
      }
    }
    let eigenvalues = symmetricEigenvalues(products, size: count)
    // Rounding leaves eigenvalues of zero as small as the largest's last digits.
    let floor = (eigenvalues.max() ?? 0) * 1e-13
    let singular = eigenvalues.filter { $0 > floor }.map { $0.squareRoot() }
    let sum = singular.reduce(0, +)
    guard sum > 0 else { return 0 }
    return exp(-singular.reduce(0) { $0 + $1 / sum * log($1 / sum) })
  }

  /// The eigenvalues of a symmetric matrix, in no order, by Jacobi's rotations.
  ///
  /// Source: Golub and Van Loan, "Matrix Computations", section 8.5.
  private static func symmetricEigenvalues(_ matrix: [Double], size: Int) -> [Double] {
    var a = matrix
    let scale = a.reduce(0) { $0 + $1 * $1 }
    // Each sweep squares what is left beside the diagonal; a handful suffices for any size that a context has.
    for _ in 0..<30 {
      var rest = 0.0
      for p in 0..<size { for q in 0..<p { rest += a[p * size + q] * a[p * size + q] } }
      guard rest > scale * 1e-30 else { break }
      for p in 0..<size {
        for q in 0..<p where a[p * size + q] != 0 {
          let theta = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q])
          let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let cosine = 1 / (tangent * tangent + 1).squareRoot()
          let sine = tangent * cosine
          for k in 0..<size {
            let (kp, kq) = (a[k * size + p], a[k * size + q])
            a[k * size + p] = cosine * kp - sine * kq
            a[k * size + q] = sine * kp + cosine * kq
          }
          for k in 0..<size {
            let (pk, qk) = (a[p * size + k], a[q * size + k])
            a[p * size + k] = cosine * pk - sine * qk
            a[q * size + k] = sine * pk + cosine * qk
          }
        }
      }
    }
    return (0..<size).map { a[$0 * size + $0] }
  }
}
