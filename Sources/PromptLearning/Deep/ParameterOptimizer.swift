import PromptLensPrompts

/// An optimizer of named parameters, with its state.
package struct ParameterOptimizer {
  /// The kind of steps.
  package enum Kind: Sendable, Equatable {
    /// Gradient descent with momentum.
    case descent(StochasticGradientDescent)
    /// Adam with weight decay as part of the gradient.
    case adam(epsilon: Double, weightDecay: Double)
  }

  private let kind: Kind
  private var velocity: PromptParameters
  private var states: [String: Adam] = [:]

  /// Creates an optimizer before its first step.
  package init(_ kind: Kind, of parameters: PromptParameters) {
    self.kind = kind
    velocity = PromptParameters(shapes: parameters.shapes)
    if case .adam(let epsilon, let decay) = kind {
      for name in parameters.names { states[name] = Adam(epsilon: epsilon, weightDecay: decay) }
    }
  }

  /// Updates the parameters by one step, in place.
  package mutating func step(_ parameters: inout PromptParameters, gradient: PromptParameters, rate: Double) {
    for name in parameters.names {
      var values = parameters[name]
      switch kind {
      case .descent(let descent):
        var moving = velocity[name]
        descent.step(parameters: &values, velocity: &moving, gradient: gradient[name], rate: rate)
        velocity[name] = moving
      case .adam:
        values.withUnsafeMutableBufferPointer { states[name]?.step($0, gradient: gradient[name], rate: rate) }
      }
      parameters[name] = values
    }
  }
}
