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

/// Gauss and Legendre's rule of three points over [0, 1], and Kronrod's rule of seven that has these among its own: the
/// finer rule takes four more evaluations, and is exact for polynomials of degree 11.
///
/// Source: Kronrod, "Nodes and Weights of Quadrature Formulas" (1965).
package struct GaussKronrod: Sendable {
  /// The nodes that both rules have, ascending.
  package let shared: [Double]
  /// Their weights in the rule of three points.
  package let coarseWeights: [Double]
  /// Their weights in the rule of seven.
  package let sharedWeights: [Double]
  /// The other nodes of the rule of seven, ascending.
  package let others: [Double]
  /// Their weights.
  package let otherWeights: [Double]

  /// Computes the rules.
  package init() {
    /// Returns a rule over [0, 1] from distances to the middle of [−1, 1], descending, and weights there.
    func mirrored(_ distances: [Double], _ weights: [Double]) -> (nodes: [Double], weights: [Double]) {
      let right = zip(distances, weights).filter { $0.0 > 0 }.reversed()
      let nodes: [Double] = distances.map { (1 - $0) / 2 } + right.map { (1 + $0.0) / 2 }
      let halves: [Double] = weights.map { $0 / 2 } + right.map { $0.1 / 2 }
      return (nodes, halves)
    }
    let gauss = 0.6.squareRoot()
    let coarse = mirrored([gauss, 0], [5.0 / 9, 8.0 / 9])
    let both = mirrored([gauss, 0], [0.2684880898683334, 0.4509165386584741])
    let rest = mirrored([0.9604912687080202, 0.4342437493468026], [0.1046562260264673, 0.4013974147759622])
    shared = coarse.nodes
    coarseWeights = coarse.weights
    sharedWeights = both.weights
    others = rest.nodes
    otherWeights = rest.weights
  }
}
