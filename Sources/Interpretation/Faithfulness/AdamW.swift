import Foundation

/// Adam with decoupled weight decay, in PyTorch's order: `p ← p − η λ p`, then `p ← p − η m̂ / (√v̂ + ε)`.
///
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2.
struct AdamW {
  /// η.
  let rate: Double
  /// λ.
  let weightDecay: Double
  private let betas = (0.9, 0.999)
  private let epsilon = 1e-8
  private var means: [Double]
  private var squares: [Double]
  private var steps = 0

  init(count: Int, rate: Double, weightDecay: Double) {
    self.rate = rate
    self.weightDecay = weightDecay
    means = [Double](repeating: 0, count: count)
    squares = [Double](repeating: 0, count: count)
  }

  /// One step in place.
  mutating func step(_ parameters: inout [Float], gradient: [Float]) {
    steps += 1
    let corrections = (1 - pow(betas.0, Double(steps)), 1 - pow(betas.1, Double(steps)))
    for index in parameters.indices {
      let slope = Double(gradient[index])
      means[index] = betas.0 * means[index] + (1 - betas.0) * slope
      squares[index] = betas.1 * squares[index] + (1 - betas.1) * slope * slope
      let decayed = Double(parameters[index]) * (1 - rate * weightDecay)
      let change = rate * (means[index] / corrections.0) / ((squares[index] / corrections.1).squareRoot() + epsilon)
      parameters[index] = Float(decayed - change)
    }
  }
}
