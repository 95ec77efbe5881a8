import Foundation
import PromptLensTensors

/// Entropy-regularized partial optimal transport: the plan T that minimizes `⟨C, T⟩ − ε H(T)`, where T's rows have the
/// sum `1/N` or less and its columns the sum `budget/K`.
///
/// The mass that isn't transported goes to a further column of cost 0 that holds `1 − budget`. Scaling is in the
/// logarithm: `f = log a − lse(g − C/ε)`, `g = log b − lse(f − C/ε)`, until the rows' sums converge or `iterations` are
/// reached. Sources: Cuturi, "Sinkhorn Distances: Lightspeed Computation of Optimal Transport" (2013); for the partial
/// plan, Caffarelli and McCann, "Free boundaries in optimal transport and Monge-Ampère obstacle problems" (2010).
package struct Sinkhorn: Sendable {
  /// ε.
  package var regularization = 0.1
  /// The maximum number of iterations.
  package var iterations = 200

  /// Creates a solver.
  package init(regularization: Double = 0.1, iterations: Int = 200) {
    self.regularization = regularization
    self.iterations = iterations
  }

  /// Computes the plan.
  ///
  /// - Parameters:
  ///   - cost: C, `[rows, columns]`.
  ///   - columns: K.
  ///   - budget: the mass to transport, above 0 to 1.
  /// - Returns: T, `[rows, columns]`, of sum `budget`.
  package func plan(cost: [Double], columns: Int, budget: Double = 1) -> [Double] {
    let rows = cost.count / max(columns, 1)
    let spare = 1 - min(max(budget, 1e-6), 1)
    let width = columns + (spare > 1e-9 ? 1 : 0)
    var logKernel = [Double](repeating: 0, count: rows * width)
    for row in 0..<rows {
      for column in 0..<columns { logKernel[row * width + column] = -cost[row * columns + column] / regularization }
    }
    let logRow = -log(Double(rows))
    var logColumn = [Double](repeating: log((1 - spare) / Double(columns)), count: columns)
    if width > columns { logColumn.append(log(spare)) }
    var f = [Double](repeating: 0, count: rows)
    var g = [Double](repeating: 0, count: width)
    var scratch = [Double](repeating: 0, count: max(rows, width))
    for _ in 0..<iterations {
      var change = 0.0
      for row in 0..<rows {
        for column in 0..<width { scratch[column] = g[column] + logKernel[row * width + column] }
        let next = logRow - Softmax.logSumExp(scratch[..<width])
        change = max(change, abs(next - f[row]))
        f[row] = next
      }
      for column in 0..<width {
        for row in 0..<rows { scratch[row] = f[row] + logKernel[row * width + column] }
        g[column] = logColumn[column] - Softmax.logSumExp(scratch[..<rows])
      }
      if change < 1e-9 { break }
    }
    var plan = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        plan[row * columns + column] = exp(f[row] + g[column] + logKernel[row * width + column])
      }
    }
    return plan
  }
}
