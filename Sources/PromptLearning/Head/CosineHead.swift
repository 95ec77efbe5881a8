import PromptLensTensors

/// CLIP's classifier over a batch: `logits = s · ĝ t̂ᵀ`, with unit image rows ĝ, unit text rows t̂ and s =
/// `exp(logit_scale)`.
///
/// Backward, `∂L/∂t̂ = s · (∂L/∂logits)ᵀ ĝ`; images are given and have no gradient.
package struct CosineHead: Sendable {
  /// Classes in one piece of work; fixed, so that sums do not depend on the number of threads.
  private static let chunk = 128

  /// s.
  package let scale: Float
  /// The number of images.
  package let batch: Int
  private let images: LinearLayer

  /// Creates a head over a batch of images.
  ///
  /// - Parameters:
  ///   - images: ĝ, `[batch, width]`; at least one.
  ///   - scale: s.
  /// - Throws: `TensorError` when there aren't any images.
  package init(images: UnitRows, scale: Float) throws {
    self.scale = scale
    batch = images.count
    self.images = try LinearLayer(
      weight: Tensor(images.rows, shape: [images.count, images.width], name: "image features"), name: "image features")
  }

  /// Computes the logits.
  ///
  /// - Parameter text: t̂, `[ways, width]`.
  /// - Returns: `[batch, ways]`.
  /// - Throws: `TensorError` when oneDNN refuses.
  package func forward(_ text: UnitRows) throws -> [Float] {
    let ways = text.count
    let products = FloatBuffer(uninitialized: ways * batch)
    try eachChunk(of: ways) { rows in
      try images.apply(
        text.rows.pointer + rows.lowerBound * text.width, rows: rows.count,
        to: products.pointer + rows.lowerBound * batch)
    }
    return withExtendedLifetime(products) {
      [Float](unsafeUninitializedCapacity: ways * batch) { logits, count in
        for row in 0..<batch {
          for way in 0..<ways { logits[row * ways + way] = scale * products.pointer[way * batch + row] }
        }
        count = ways * batch
      }
    }
  }

  /// Computes ∂L/∂t̂ from ∂L/∂logits.
  ///
  /// - Parameters:
  ///   - gradient: `[batch, ways]`.
  ///   - ways: the number of classes.
  /// - Returns: `[ways, width]`.
  /// - Throws: `TensorError` when oneDNN refuses.
  package func backward(_ gradient: [Float], ways: Int) throws -> FloatBuffer {
    let transposed = FloatBuffer(uninitialized: ways * batch)
    for row in 0..<batch {
      for way in 0..<ways { transposed.pointer[way * batch + row] = scale * gradient[row * ways + way] }
    }
    let result = FloatBuffer(uninitialized: ways * images.inputs)
    try eachChunk(of: ways) { rows in
      try images.backward(
        transposed.pointer + rows.lowerBound * batch, rows: rows.count,
        to: result.pointer + rows.lowerBound * images.inputs)
    }
    return result
  }

  /// Counts the rows of logits that are largest at their label; of equal logits the first counts as the largest.
  ///
  /// - Parameters:
  ///   - logits: `[batch, ways]`, as ``forward(_:)`` gives them.
  ///   - labels: the class of each row.
  /// - Returns: the number of rows.
  package static func correct(_ logits: [Float], labels: [Int]) -> Int {
    let ways = logits.count / max(labels.count, 1)
    return labels.enumerated().count { row, label in
      let scores = logits[row * ways..<(row + 1) * ways]
      return scores.firstIndex(of: scores.max() ?? 0) == row * ways + label
    }
  }

  private func eachChunk(of ways: Int, _ body: @escaping @Sendable (Range<Int>) throws -> Void) throws {
    try Parallel.forEach((ways + Self.chunk - 1) / Self.chunk) { index in
      try body(index * Self.chunk..<min((index + 1) * Self.chunk, ways))
    }
  }
}
