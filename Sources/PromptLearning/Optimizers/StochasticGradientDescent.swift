/// Stochastic gradient descent with momentum and weight decay, in PyTorch's order and without dampening:
/// `g ← g + λ p`, `v ← μ v + g`, `p ← p − η v`.
package struct StochasticGradientDescent: Sendable, Equatable {
  /// μ.
  package var momentum: Float = 0.9
  /// λ.
  package var weightDecay: Float = 5e-4

  /// Creates an optimizer, by default with the reference's settings.
  package init(momentum: Float = 0.9, weightDecay: Float = 5e-4) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Updates the parameters and the velocity by one step, in place.
  ///
  /// - Parameters:
  ///   - parameters: p.
  ///   - velocity: v, zeros before the first step.
  ///   - gradient: g, one number per parameter.
  ///   - rate: η.
  package func step(parameters: inout [Float], velocity: inout [Float], gradient: [Float], rate: Double) {
    let rate = Float(rate)
    for index in gradient.indices {
      let decayed = gradient[index] + weightDecay * parameters[index]
      velocity[index] = momentum * velocity[index] + decayed
      parameters[index] -= rate * velocity[index]
    }
  }
}
