import Foundation

/// The optimizer of a context, whose state is kept by the training.
package enum ContextOptimizer: Sendable, Equatable {
  /// Gradient descent with momentum, as the reference has it.
  case descent(StochasticGradientDescent)
  /// Adam without weight decay.
  case adam

  /// A step's rate and its place in the training.
  struct Step {
    /// The learning rate.
    let rate: Double
    /// The number of the step in the whole training, from 1.
    let number: Int
  }

  /// Returns the second moments before the first step: one for each parameter with Adam, else none.
  func initialSquares(count: Int) -> [Float] {
    switch self {
    case .descent: []
    case .adam: [Float](repeating: 0, count: count)
    }
  }

  /// Updates the parameters and the optimizer's state by one step, in place.
  ///
  /// - Parameters:
  ///   - parameters: the learned numbers.
  ///   - velocity: the momentum, or Adam's mean of gradients.
  ///   - square: Adam's mean of squared gradients; nothing with descent.
  ///   - gradient: one number for each parameter.
  ///   - step: the rate and the number of the step.
  func step(
    parameters: inout [Float], velocity: inout [Float], square: inout [Float], gradient: [Float], at step: Step
  ) {
    switch self {
    case .descent(let descent):
      descent.step(parameters: &parameters, velocity: &velocity, gradient: gradient, rate: step.rate)
    case .adam:
      if square.isEmpty { square = initialSquares(count: parameters.count) }
      Adam.step(
        parameters: &parameters, mean: &velocity, square: &square, gradient: gradient, rate: step.rate,
        number: step.number)
    }
  }
}

/// A limit of the gradient's norm: a longer gradient is shortened to it.
///
/// Source: PyTorch's `clip_grad_norm_`, `g · min(1, limit / (|g| + 1e-6))`.
package struct GradientLimit: Sendable, Equatable {
  /// The largest norm.
  package let norm: Double

  /// Creates a limit.
  package init(norm: Double) { self.norm = norm }

  /// Shortens a gradient in place.
  ///
  /// - Parameters:
  ///   - gradient: the gradient of all parameters.
  ///   - found: its norm.
  func apply(to gradient: inout [Float], norm found: Double) {
    let factor = norm / (found + 1e-6)
    guard factor < 1 else { return }
    for index in gradient.indices { gradient[index] *= Float(factor) }
  }
}
