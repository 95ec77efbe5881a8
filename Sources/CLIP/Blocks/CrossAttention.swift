import PromptLensKernels
import PromptLensTensors

/// Attention of a learned query over the rows of each sequence, with an output projection: the core of poolers.
package struct CrossAttention: Sendable {
  /// The projections of the query, of keys and values (keys first), and of the heads' result.
  private let query: LinearLayer
  private let keysValues: LinearLayer
  private let output: LinearLayer
  private let heads: Int

  /// Creates attention with frozen projections.
  ///
  /// - Parameters:
  ///   - query: the projection of the query to `width`.
  ///   - keysValues: the projection of rows to keys and values, `2 · width`.
  ///   - output: the projection of the heads' result, of `width`.
  ///   - heads: the number of heads; divides the width.
  init(query: LinearLayer, keysValues: LinearLayer, output: LinearLayer, heads: Int) {
    self.query = query
    self.keysValues = keysValues
    self.output = output
    self.heads = heads
  }

  /// Computes one query's attention over each sequence.
  ///
  /// - Parameters:
  ///   - latent: the query, one row.
  ///   - rows: the rows that are attended to.
  ///   - sequences: the division of the rows.
  ///   - to: `[sequences.count, outputs]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func forward(
    _ latent: UnsafePointer<Float>, rows: UnsafePointer<Float>, sequences: Sequences, to: UnsafeMutablePointer<Float>
  ) throws {
    let width = query.outputs
    let asked = FloatBuffer(uninitialized: width)
    let projected = FloatBuffer(uninitialized: sequences.rows * 2 * width)
    let mixed = FloatBuffer(uninitialized: sequences.count * width)
    try query.apply(latent, rows: 1, to: asked.pointer)
    try keysValues.apply(rows, rows: sequences.rows, to: projected.pointer)
    for index in 0..<sequences.count {
      let range = sequences.range(index)
      let base = projected.pointer + range.lowerBound * 2 * width
      MultiHeadAttention.mix(
        queries: attention_rows(base: asked.pointer, stride: width), count: 1,
        keys: attention_rows(base: base, stride: 2 * width),
        values: attention_rows(base: base + width, stride: 2 * width), keyCount: range.count,
        to: mixed.pointer + index * width, heads: heads, width: width)
    }
    try output.apply(mixed.pointer, rows: sequences.count, to: to)
  }
}
