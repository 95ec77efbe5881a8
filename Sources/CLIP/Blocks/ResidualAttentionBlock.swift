import PromptLensKernels
import PromptLensTensors

/// One block of a transformer: in CLIP's own `x += attention(norm₁(x))`, then `x += MLP(norm₂(x))`; see
/// ``BlockDescription`` for others.
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
  ///   - configuration: the sizes, and the kind of block.
  ///   - rotation: the rotation of queries and keys; nil for none.
  ///   - precision: the arithmetic of the products.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  ///   - usesRows: whether both directions use the weights' rows.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    _ name: String, of source: some TensorSource, configuration: TransformerConfiguration,
    rotation: RotaryRotation? = nil, precision: ComputePrecision, keepsPacked: Bool = true,
    usesRows: Bool = false
  ) throws {
    let names = BlockNames(name, configuration.block)
    self.configuration = configuration
    firstNorm = try LayerNorm(names.firstNorm, of: source, epsilon: configuration.normEpsilon)
    let block = configuration.block
    attention = try MultiHeadAttention(
      inputWeights: (block.hasSeparateProjections ? names.separateWeights : [names.fusedWeight]).map {
        try source.tensor($0)
      },
      inputBias: Self.inputBias(names, block, width: configuration.width, of: source),
      norm: block.hasAttentionNorm
        ? LayerNorm(names.attentionNorm, of: source, epsilon: configuration.normEpsilon) : nil,
      rotation: rotation, outputWeight: source.tensor("\(names.attentionOutput).weight"),
      outputBias: source.tensor("\(names.attentionOutput).bias"),
      outputScale: block.hasLayerScale ? source.tensor(names.firstScale).floats() : nil,
      heads: configuration.heads, precision: precision, keepsPacked: keepsPacked, usesRows: usesRows,
      name: "\(name).attn")
    feedForward = try FeedForward(
      names, of: source, configuration: configuration, precision: precision, keepsPacked: keepsPacked,
      usesRows: usesRows)
  }

  /// Returns the bias of queries, keys and values together, with zeros for those that have none.
  private static func inputBias(
    _ names: BlockNames, _ block: BlockDescription, width: Int, of source: some TensorSource
  ) throws -> Tensor? {
    if block.projectionBias == .none { return nil }
    if block.projectionBias == .all, !block.hasSeparateProjections { return try source.tensor(names.fusedBiases[0]) }
    let parts: [String?] =
      block.hasSeparateProjections
      ? names.separateBiases : [names.fusedBiases.first, nil, names.fusedBiases.last]
    return try Tensor.concatenated(
      parts.map {
        try $0.map { try source.tensor($0).converted(to: .float32) }
          ?? Tensor([Float](repeating: 0, count: width), shape: [width])
      })
  }

  /// Updates every row in place.
  ///
  /// - Parameters:
  ///   - rows: the residual stream, `[sequences.rows, width]`.
  ///   - sequences: the division of the rows.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ rows: UnsafeMutablePointer<Float>, sequences: Sequences) throws {
    let normalized = FloatBuffer(uninitialized: sequences.rows * configuration.width)
    if configuration.block.normPosition == .before {
      firstNorm.forward(rows, count: sequences.rows, to: normalized.pointer)
      try attention.forward(normalized.pointer, sequences: sequences, to: rows, accumulate: true)
    } else {
      try attention.forward(rows, sequences: sequences, to: normalized.pointer, accumulate: false)
      firstNorm.forward(normalized.pointer, count: sequences.rows, to: normalized.pointer)
      kernels().pointee.add(normalized.pointer, rows, normalized.count)
    }
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
    let isNormBefore = configuration.block.normPosition == .before
    let normalized = FloatBuffer(uninitialized: sequences.rows * width)
    if isNormBefore { firstNorm.forward(rows, count: sequences.rows, to: normalized.pointer) }
    let inputs = isNormBefore ? UnsafePointer(normalized.pointer) : rows
    let result = FloatBuffer(uninitialized: sequences.count * width)
    let queries = FloatBuffer(uninitialized: sequences.count * width)
    for (index, row) in reading.enumerated() {
      (result.pointer + index * width).update(from: rows + row * width, count: width)
      (queries.pointer + index * width).update(from: inputs + row * width, count: width)
    }
    if isNormBefore {
      try attention.forward(
        inputs, sequences: sequences, queries: queries.pointer, to: result.pointer, accumulate: true)
    } else {
      let attended = FloatBuffer(uninitialized: queries.count)
      try attention.forward(
        inputs, sequences: sequences, queries: queries.pointer, to: attended.pointer, accumulate: false)
      firstNorm.forward(attended.pointer, count: sequences.count, to: attended.pointer)
      result.add(attended)
    }
    try feedForward.forward(result.pointer, count: sequences.count)
    return result
  }
}
