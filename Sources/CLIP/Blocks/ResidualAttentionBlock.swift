import PromptLensTensors

/// One block of CLIP's transformers: `x += attention(norm₁(x))`, then `x += MLP(norm₂(x))`.
package struct ResidualAttentionBlock: Sendable {
  let configuration: TransformerConfiguration
  let firstNorm: LayerNorm
  let attention: MultiHeadAttention
  let feedForward: FeedForward

  /// Reads a block's tensors.
  ///
  /// - Parameters:
  ///   - name: the block's name in the state dict, `transformer.resblocks.0`.
  ///   - source: the state dict.
  ///   - configuration: the sizes.
  ///   - precision: the arithmetic of the products.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    _ name: String, of source: some TensorSource, configuration: TransformerConfiguration, precision: ComputePrecision,
    keepsPacked: Bool = true
  ) throws {
    self.configuration = configuration
    firstNorm = try LayerNorm("\(name).ln_1", of: source, epsilon: configuration.normEpsilon)
    attention = try MultiHeadAttention(
      inputWeight: source.tensor("\(name).attn.in_proj_weight"), inputBias: source.tensor("\(name).attn.in_proj_bias"),
      outputWeight: source.tensor("\(name).attn.out_proj.weight"),
      outputBias: source.tensor("\(name).attn.out_proj.bias"),
      heads: configuration.heads, precision: precision, keepsPacked: keepsPacked, name: "\(name).attn")
    feedForward = try FeedForward(
      name, of: source, configuration: configuration, precision: precision, keepsPacked: keepsPacked)
  }

  /// Updates every row in place.
  ///
  /// - Parameters:
  ///   - rows: the residual stream, `[sequences.rows, width]`.
  ///   - sequences: the division of the rows.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ rows: UnsafeMutablePointer<Float>, sequences: Sequences) throws {
    let normalized = FloatBuffer(uninitialized: sequences.rows * configuration.width)
    firstNorm.forward(rows, count: sequences.rows, to: normalized.pointer)
    try attention.forward(normalized.pointer, sequences: sequences, addingTo: rows)
    try feedForward.forward(rows, count: sequences.rows)
  }

  /// Computes the block's output for one row of each sequence, which attends to the whole sequence.
  ///
  /// The last block of a tower needs no more: only the rows that are read get a query, an output projection and an MLP.
  ///
  /// - Parameters:
  ///   - rows: the residual stream, `[sequences.rows, width]`.
  ///   - sequences: the division of the rows.
  ///   - reading: the row of each sequence, counted from the first of all rows.
  /// - Returns: `[sequences.count, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(
    _ rows: UnsafePointer<Float>, sequences: Sequences, reading: [Int]
  ) throws -> FloatBuffer {
    let width = configuration.width
    let normalized = FloatBuffer(uninitialized: sequences.rows * width)
    firstNorm.forward(rows, count: sequences.rows, to: normalized.pointer)
    let result = FloatBuffer(count: sequences.count * width)
    let queries = FloatBuffer(count: sequences.count * width)
    for (index, row) in reading.enumerated() {
      (result.pointer + index * width).update(from: rows + row * width, count: width)
      (queries.pointer + index * width).update(from: normalized.pointer + row * width, count: width)
    }
    try attention.forward(
      normalized.pointer, sequences: sequences, queries: queries.pointer, addingTo: result.pointer)
    try feedForward.forward(result.pointer, count: sequences.count)
    return result
  }
}
