import PromptLensKernels
import PromptLensTensors

/// Layer normalization of each row: `y = γ · (x − μ) / σ + β`, with `σ² = mean((x − μ)²) + ε`.
///
/// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016), equations 3 and 4. The statistics are f32 whatever the
/// precision of the products around it, as in CLIP.
package struct LayerNorm: Sendable {
  /// The length of a row.
  package let width: Int
  private let scale: Tensor
  private let shift: Tensor
  private let epsilon: Float

  /// Creates a norm with frozen parameters.
  ///
  /// - Parameters:
  ///   - scale: γ, `[width]`.
  ///   - shift: β, `[width]`.
  ///   - epsilon: ε.
  /// - Throws: `TensorError` when γ and β differ in shape.
  package init(scale: Tensor, shift: Tensor, epsilon: Float) throws {
    guard scale.shape.rank == 1, scale.shape == shift.shape else {
      throw TensorError.shapeMismatch(
        operation: "layer norm", name: "shift", expected: scale.shape.dimensions, found: shift.shape.dimensions)
    }
    width = scale.shape.count
    self.scale = scale.converted(to: .float32)
    self.shift = shift.converted(to: .float32)
    self.epsilon = epsilon
  }

  /// The shift β.
  package var shiftRow: [Float] { shift.floats() }

  /// Applies to rows what the norm does to one state, as a linear map: `γ ∘ (t − mean t) / σ` with that state's σ.
  ///
  /// - Parameters:
  ///   - rows: t, `[count, width]`.
  ///   - state: the state whose σ is taken, `[width]`.
  /// - Returns: `[count, width]`, without β.
  package func linearized(_ rows: [Float], at state: [Float]) -> [Float] {
    func mean(_ row: ArraySlice<Float>) -> Double { row.reduce(0) { $0 + Double($1) } / Double(width) }
    let center = mean(state[...])
    let variance = state.reduce(0) { $0 + (Double($1) - center) * (Double($1) - center) } / Double(width)
    let inverse = 1 / (variance + Double(epsilon)).squareRoot()
    let factors = scale.floats().map { Double($0) * inverse }
    return stride(from: 0, to: rows.count, by: max(width, 1)).flatMap { start -> [Float] in
      let row = rows[start..<start + width]
      let own = mean(row)
      return zip(row, factors).map { Float((Double($0) - own) * $1) }
    }
  }

  /// Normalizes rows.
  ///
  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - count: the number of rows.
  ///   - to: `[count, width]`; may be `rows`.
  ///   - statistics: receives μ and 1/σ of each row, `[count, 2]`, for the backward pass.
  package func forward(
    _ rows: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>,
    statistics: UnsafeMutablePointer<Float>? = nil
  ) {
    scale.withFloats { scale in
      shift.withFloats { shift in
        kernels().pointee.layer_norm(rows, to, count, width, scale.baseAddress, shift.baseAddress, epsilon, statistics)
      }
    }
  }

  /// Adds the gradient with respect to the rows.
  ///
  /// With `x̂ = (x − μ)/σ` and `g = γ · ∂L/∂y`, differentiating through μ and σ gives
  /// `∂L/∂x = (g − mean(g) − x̂ · mean(g · x̂)) / σ`. γ and β are frozen.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂y, `[count, width]`.
  ///   - rows: the forward pass's input, `[count, width]`.
  ///   - statistics: the forward pass's, `[count, 2]`.
  ///   - count: the number of rows.
  ///   - to: the rows that ∂L/∂x is added to, `[count, width]`.
  package func backward(
    _ gradient: UnsafePointer<Float>, rows: UnsafePointer<Float>, statistics: UnsafePointer<Float>, count: Int,
    addingTo to: UnsafeMutablePointer<Float>
  ) {
    scale.withFloats { scale in
      kernels().pointee.layer_norm_backward(gradient, rows, statistics, to, count, width, scale.baseAddress)
    }
  }
}
