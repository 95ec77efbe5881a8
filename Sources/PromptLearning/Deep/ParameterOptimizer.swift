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

  /// The state between epochs, in the order of the parameters' numbers.
  package struct State: Sendable, Equatable {
    /// The velocity, or the mean of gradients.
    package var velocity: [Float]
    /// Adam's mean of squared gradients; empty for descent.
    package var square: [Float] = []

    /// Creates a state.
    package init(velocity: [Float], square: [Float] = []) {
      self.velocity = velocity
      self.square = square
    }
  }

  /// Creates an optimizer in the state after some steps.
  package init(_ kind: Kind, of parameters: PromptParameters, state: State, steps: Int) {
    self.init(kind, of: parameters)
    let first = parameters.with(state.velocity)
    switch kind {
    case .descent: velocity = first
    case .adam:
      guard state.square.count == state.velocity.count else { return }
      let second = parameters.with(state.square)
      for name in parameters.names { states[name]?.resume(mean: first[name], square: second[name], steps: steps) }
    }
  }

  /// The state, in single precision.
  package var state: State {
    guard case .adam = kind else { return State(velocity: velocity.numbers) }
    func numbers(_ part: (Adam) -> [Double]) -> [Float] {
      velocity.names.flatMap { name in
        let known = states[name].map(part) ?? []
        return known.isEmpty ? [Float](repeating: 0, count: velocity[name].count) : known.map { Float($0) }
      }
    }
    return State(velocity: numbers(\.mean), square: numbers(\.square))
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
