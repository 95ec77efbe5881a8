import Foundation

/// Adam in PyTorch's order: `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`,
/// `p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)`.
///
/// Weight decay λ is added to the gradient, or, decoupled, shrinks p by `1 − η λ` first. Sources: Kingma and Ba, "Adam"
/// (2015); Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).
package struct Adam {
  private static let decay1 = 0.9
  private static let decay2 = 0.999
  private let epsilon: Double
  private let weightDecay: Double
  private let isDecoupled: Bool
  /// The mean of gradients.
  package private(set) var mean: [Double] = []
  /// The mean of squared gradients.
  package private(set) var square: [Double] = []
  /// β₁ᵗ and β₂ᵗ.
  private var powers = (1.0, 1.0)

  /// Creates an optimizer before its first step.
  ///
  /// - Parameters:
  ///   - epsilon: ε.
  ///   - weightDecay: λ.
  ///   - isDecoupled: whether weight decay is AdamW's.
  package init(epsilon: Double = 1e-8, weightDecay: Double = 0, isDecoupled: Bool = false) {
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
  }

  /// Takes up the state after some steps.
  ///
  /// - Parameters:
  ///   - mean: the mean of gradients.
  ///   - square: the mean of squared gradients.
  ///   - steps: the number of steps.
  package mutating func resume(mean: [Float], square: [Float], steps: Int) {
    guard steps > 0 else { return }
    self.mean = mean.map { Double($0) }
    self.square = square.map { Double($0) }
    powers = (pow(Self.decay1, Double(steps)), pow(Self.decay2, Double(steps)))
  }

  /// Updates the parameters by one step, in place.
  ///
  /// - Parameters:
  ///   - parameters: p, the same number in every step.
  ///   - gradient: g.
  ///   - rate: η.
  package mutating func step(_ parameters: UnsafeMutableBufferPointer<Float>, gradient: [Float], rate: Double) {
    if mean.isEmpty {
      mean = [Double](repeating: 0, count: parameters.count)
      square = mean
    }
    powers = (powers.0 * Self.decay1, powers.1 * Self.decay2)
    let (first, second) = (1 - powers.0, (1 - powers.1).squareRoot())
    for index in parameters.indices {
      var value = Double(parameters[index])
      var slope = Double(gradient[index])
      if isDecoupled { value *= 1 - rate * weightDecay } else { slope += weightDecay * value }
      mean[index] = Self.decay1 * mean[index] + (1 - Self.decay1) * slope
      square[index] = Self.decay2 * square[index] + (1 - Self.decay2) * slope * slope
      value -= rate / first * mean[index] / (square[index].squareRoot() / second + epsilon)
      parameters[index] = Float(value)
    }
  }
}

extension Adam {
  /// Updates parameters by one step without weight decay, with moments that are kept outside in single precision, as a
  /// stopped training stores them.
  ///
  /// - Parameters:
  ///   - parameters: p.
  ///   - mean: m, zeros before the first step.
  ///   - square: v, zeros before the first step.
  ///   - gradient: g, one number for each parameter.
  ///   - rate: η.
  ///   - number: t, the number of the step, from 1.
  ///   - epsilon: ε.
  package static func step(
    parameters: inout [Float], mean: inout [Float], square: inout [Float], gradient: [Float], rate: Double, number: Int,
    epsilon: Double = 1e-8
  ) {
    let first = 1 - pow(decay1, Double(number))
    let second = (1 - pow(decay2, Double(number))).squareRoot()
    for index in gradient.indices {
      let slope = Double(gradient[index])
      let average = decay1 * Double(mean[index]) + (1 - decay1) * slope
      let power = decay2 * Double(square[index]) + (1 - decay2) * slope * slope
      parameters[index] = Float(
        Double(parameters[index]) - rate / first * average / (power.squareRoot() / second + epsilon))
      mean[index] = Float(average)
      square[index] = Float(power)
    }
  }
}
