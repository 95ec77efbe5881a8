/// The eigenvalues of small symmetric matrices, by Jacobi's rotations.
///
/// Source: Golub and Van Loan, "Matrix Computations", section 8.5.
package enum SymmetricEigenvalues {
  /// Returns the eigenvalues of a symmetric matrix, in no particular order.
  ///
  /// - Parameters:
  ///   - matrix: `[size, size]`, row by row.
  ///   - size: the number of rows.
  /// - Returns: `size` eigenvalues.
  package static func of(_ matrix: [Double], size: Int) -> [Double] {
    var a = matrix
    let scale = a.reduce(0) { $0 + $1 * $1 }
    // Each sweep squares the off-diagonal remainder; a few suffice for any context's size.
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
