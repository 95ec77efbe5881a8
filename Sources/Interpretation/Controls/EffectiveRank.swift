import Foundation
import PromptLensTensors

/// The number of directions that a context's vectors spread over.
///
/// exp(−Σ σ̂ᵢ ln σ̂ᵢ) with σ̂ᵢ = σᵢ / Σ σ, of the singular values σ of the matrix of vectors: M for M orthogonal
/// vectors of one length, 1 for multiples of one vector, 0 for zeros.
///
/// Source: Roy and Vetterli, "The effective rank: a measure of effective dimensionality" (2007).
package enum EffectiveRank {
  /// Returns the effective rank of rows.
  ///
  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - width: the width of a row.
  /// - Returns: A number from 0 to the number of rows.
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
    let eigenvalues = SymmetricEigenvalues.of(products, size: count)
    // Rounding leaves eigenvalues of zero as small as the largest's last digits.
    let floor = (eigenvalues.max() ?? 0) * 1e-13
    let singular = eigenvalues.filter { $0 > floor }.map { $0.squareRoot() }
    let sum = singular.reduce(0, +)
    guard sum > 0 else { return 0 }
    return exp(-singular.reduce(0) { $0 + $1 / sum * log($1 / sum) })
  }
}
