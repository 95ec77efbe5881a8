import PromptLensTensors

/// CLIP's classifier over a batch: `logits = s · ĝ t̂ᵀ`, with unit image rows ĝ, unit text rows t̂ and s =
/// `exp(logit_scale)`.
///
/// Backward, `∂L/∂t̂ = s · (∂L/∂logits)ᵀ ĝ`; images are given and have no gradient.
package struct CosineHead: Sendable {
  /// The number of classes in one unit of work, which is fixed so that sums don't depend on the number of threads.
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
  /// - Parameter text: t̂, `[classes, width]`.
  /// - Returns: `[batch, classes]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ text: UnitRows) throws -> [Float] {
    let (batch, scale, classCount) = (self.batch, self.scale, text.count)
    let products = FloatBuffer(uninitialized: classCount * batch)
    try eachChunk(of: classCount) { rows in
      try images.apply(
        text.rows.pointer + rows.lowerBound * text.width, rows: rows.count,
        to: products.pointer + rows.lowerBound * batch)
    }
    return try [Float](unsafeUninitializedCapacity: classCount * batch) { logits, count in
      if let base = logits.baseAddress {
        nonisolated(unsafe) let target = base
        try Self.eachBlock(of: batch) { rows in
          for classIndex in 0..<classCount {
            for row in rows {
              target[row * classCount + classIndex] = scale * products.pointer[classIndex * batch + row]
            }
          }
        }
      }
      count = classCount * batch
    }
  }

  /// Computes ∂L/∂t̂ from ∂L/∂logits.
  ///
  /// - Parameters:
  ///   - gradient: `[batch, classes]`.
  ///   - classCount: the number of classes.
  /// - Returns: `[classes, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func backward(_ gradient: [Float], classCount: Int) throws -> FloatBuffer {
    let (batch, scale) = (self.batch, self.scale)
    let transposed = FloatBuffer(uninitialized: classCount * batch)
    try Self.eachBlock(of: batch) { rows in
      gradient.withUnsafeBufferPointer { gradient in
        for classIndex in 0..<classCount {
          for row in rows {
            transposed.pointer[classIndex * batch + row] = scale * gradient[row * classCount + classIndex]
          }
        }
      }
    }
    let result = FloatBuffer(uninitialized: classCount * images.inputs)
    try eachChunk(of: classCount) { rows in
      try images.backward(
        transposed.pointer + rows.lowerBound * batch, rows: rows.count,
        to: result.pointer + rows.lowerBound * images.inputs)
    }
    return result
  }

  /// Counts the correctly classified rows; of equal logits the first counts as the largest.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes]`, as ``forward(_:)`` gives them.
  ///   - labels: the class of each row.
  /// - Returns: the number of rows.
  package static func correct(_ logits: [Float], labels: [Int]) -> Int {
    let classCount = logits.count / max(labels.count, 1)
    return labels.enumerated().count { row, label in
      let scores = logits[row * classCount..<(row + 1) * classCount]
      return scores.firstIndex(of: scores.max() ?? 0) == row * classCount + label
    }
  }

  /// Calls `body` with 16 rows at a time, a cache line of one class's products.
  private static func eachBlock(of count: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) throws {
    let rows = 16
    let piece = 512
    try Parallel.forEach((count + piece - 1) / piece) { index in
      for start in stride(from: index * piece, to: min((index + 1) * piece, count), by: rows) {
        body(start..<min(start + rows, count))
      }
    }
  }

  private func eachChunk(of classCount: Int, _ body: @escaping @Sendable (Range<Int>) throws -> Void) throws {
    try Parallel.forEach((classCount + Self.chunk - 1) / Self.chunk) { index in
      try body(index * Self.chunk..<min((index + 1) * Self.chunk, classCount))
    }
  }
}
