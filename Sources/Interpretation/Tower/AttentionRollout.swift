/// The flow of attention through the layers: `R_l = ½(A_l + I) R_{l−1}`, with `R₀ = I`.
///
/// Row i of R_l holds the inputs' shares of position i after l layers, if nothing but attention mixed them. Rows sum to
/// one if those of A do. Source: Abnar and Zuidema, "Quantifying Attention Flow in Transformers" (2020), equation 1.
package enum AttentionRollout {
  /// Returns the rollout after each layer.
  ///
  /// - Parameters:
  ///   - attention: A of each layer, `[size, size]`.
  ///   - size: the number of positions.
  /// - Returns: R of each layer, `[size, size]`.
  package static func all(_ attention: [[Double]], size: Int) -> [[Double]] {
    var rollout = (0..<size * size).map { $0 / size == $0 % size ? 1.0 : 0 }
    return attention.map { layer in
      var next = rollout.map { $0 / 2 }
      for row in 0..<size {
        for inner in 0..<size where layer[row * size + inner] != 0 {
          let weight = layer[row * size + inner] / 2
          for column in 0..<size { next[row * size + column] += weight * rollout[inner * size + column] }
        }
      }
      rollout = next
      return next
    }
  }
}
