import PromptLensTensors

extension MultiHeadAttention {
  /// Computes what each head writes to one row, and last the bias, which belongs to no head.
  ///
  /// - Parameters:
  ///   - probabilities: the row's attention, `[heads, keys]`.
  ///   - values: the values of the rows that are attended to; each head's stand side by side.
  ///   - stride: the number of floats from one row's values to the next.
  ///   - keys: the number of rows that are attended to.
  /// - Returns: `[heads + 1, width]`; the sum of the rows is the attention's output.
  /// - Throws: `TensorError` when oneDNN fails.
  func headOutputs(
    _ probabilities: UnsafeBufferPointer<Float>, values: UnsafePointer<Float>, stride: Int, keys: Int
  ) throws -> [Float] {
    let headWidth = width / heads
    let mixed = FloatBuffer(count: (heads + 1) * width)
    for head in 0..<heads {
      let target = mixed.pointer + head * width + head * headWidth
      for key in 0..<keys {
        let weight = probabilities[head * keys + key]
        let value = values + key * stride + head * headWidth
        for index in 0..<headWidth { target[index] += weight * value[index] }
      }
    }
    let outputs = FloatBuffer(uninitialized: (heads + 1) * width)
    try outputProjection.apply(mixed.pointer, rows: heads + 1, to: outputs.pointer)
    // Every row has the bias; the row of zeros is the bias alone.
    let bias = outputs.pointer + heads * width
    for head in 0..<heads { for index in 0..<width { outputs.pointer[head * width + index] -= bias[index] } }
    return withExtendedLifetime(mixed) { outputs.floats }
  }

  /// Writes the gradients of the attention probabilities of each head: with O = A V, `∂L/∂A = ∂L/∂O Vᵀ`.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂O of the rows that attend, the heads' side by side, `[queries, width]`.
  ///   - queries: the number of rows that attend.
  ///   - values: the values of the rows that are attended to; each head's stand side by side.
  ///   - stride: the number of floats from one row's values to the next.
  ///   - keys: the number of rows that are attended to.
  ///   - to: `[queries, heads, keys]`.
  func writeProbabilityGradients(
    of gradient: UnsafePointer<Float>, queries: Int, values: UnsafePointer<Float>, stride: Int, keys: Int,
    to: UnsafeMutablePointer<Float>
  ) {
    let headWidth = width / heads
    for query in 0..<queries {
      for head in 0..<heads {
        let own = gradient + query * width + head * headWidth
        let target = to + (query * heads + head) * keys
        for key in 0..<keys {
          target[key] = Self.product(own, values + key * stride + head * headWidth, count: headWidth)
        }
      }
    }
  }

  /// Returns the inner product of two rows, by eight sums that are added at the end.
  private static func product(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, count: Int) -> Float {
    let whole = count / 8 * 8
    var sums = SIMD8<Float>.zero
    for index in stride(from: 0, to: whole, by: 8) {
      sums +=
        UnsafeRawPointer(left + index).loadUnaligned(as: SIMD8<Float>.self)
        * UnsafeRawPointer(right + index).loadUnaligned(as: SIMD8<Float>.self)
    }
    var sum = sums.sum()
    for index in whole..<count { sum += left[index] * right[index] }
    return sum
  }
}
