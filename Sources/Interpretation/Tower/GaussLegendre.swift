import Foundation

/// The nodes and weights of Gauss–Legendre quadrature over [0, 1], exact for polynomials of degree 2n − 1.
///
/// Source: Press et al., "Numerical Recipes", section 4.6: the roots of Legendre's polynomials by Newton's method.
package struct GaussLegendre: Sendable {
  /// The nodes, ascending.
  package let nodes: [Double]
  /// The weights, which sum to 1.
  package let weights: [Double]

  /// Computes a rule.
  ///
  /// - Parameter count: n, the number of nodes.
  package init(count: Int) {
    var pairs: [(node: Double, weight: Double)] = []
    for index in 0..<count {
      var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (before, value) = (0.0, 1.0)
        for degree in 1...count {
          (before, value) = (value, (Double(2 * degree - 1) * x * value - Double(degree - 1) * before) / Double(degree))
        }
        slope = Double(count) * (x * value - before) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      pairs.append(((1 - x) / 2, 1 / ((1 - x * x) * slope * slope)))
    }
    nodes = pairs.map(\.node)
    weights = pairs.map(\.weight)
  }
}
