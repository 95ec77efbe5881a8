import PromptLensTensors

/// CoCa's pooler: learned queries attend to all positions of an image. The first query's result is the image's feature;
/// the others are for a decoder of captions, and aren't computed.
///
/// Source: Yu et al., "CoCa: Contrastive Captioners are Image-Text Foundation Models" (2022); open_clip's
/// `AttentionalPooler`.
struct AttentionalPooler: Sendable {
  /// The first query after its norm, one row.
  private let query: FloatBuffer
  private let inputNorm: LayerNorm
  /// The attention, read from the source as it is needed if the weights aren't kept.
  private let attention: LayerStack<CrossAttention>
  /// The width of a result.
  let outputs: Int

  /// ε of both norms, open_clip's `nn.LayerNorm`.
  private static let epsilon: Float = 1e-5

  /// Reads the tensors under `name`.
  ///
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  init(
    _ configuration: VisionTransformerConfiguration.AttentionalPooler, _ name: String, of source: some TensorSource,
    precision: ComputePrecision, memory: WeightMemory
  ) throws {
    let first = try source.tensor("\(name).query").rows(0..<1)
    let width = first.shape.count
    outputs = width
    query = FloatBuffer(copying: first.converted(to: .float32), rows: [0])
    try LayerNorm("\(name).ln_q", of: source, epsilon: Self.epsilon)
      .forward(query.pointer, count: 1, to: query.pointer)
    inputNorm = try LayerNorm("\(name).ln_k", of: source, epsilon: Self.epsilon)
    attention = try LayerStack(count: 1, memory: memory) { _ in
      // PyTorch keeps one matrix where queries, keys and values have one width.
      let isFused = source.names.contains("\(name).attn.in_proj_weight")
      let weights =
        try isFused
        ? (0..<3).map { try source.tensor("\(name).attn.in_proj_weight").rows($0 * width..<($0 + 1) * width) }
        : ["q", "k", "v"].map { try source.tensor("\(name).attn.\($0)_proj_weight") }
      let bias = try source.tensor("\(name).attn.in_proj_bias")
      func layer(_ parts: Range<Int>) throws -> LinearLayer {
        try LinearLayer(
          stacking: Array(weights[parts]), bias: bias.rows(parts.lowerBound * width..<parts.upperBound * width),
          precision: precision, keepsPacked: memory.isKept, name: "\(name).attn")
      }
      return CrossAttention(
        query: try layer(0..<1), keysValues: try layer(1..<3),
        output: try LinearLayer(
          "\(name).attn.out_proj", of: source, precision: precision, keepsPacked: memory.isKept),
        heads: configuration.heads)
    }
  }

  /// Pools each sequence into one row.
  ///
  /// - Parameters:
  ///   - rows: the states of all positions; normalized in place.
  ///   - sequences: the division of the rows.
  ///   - to: `[sequences.count, outputs]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func forward(
    _ rows: UnsafeMutablePointer<Float>, sequences: Sequences, to: UnsafeMutablePointer<Float>
  ) throws {
    inputNorm.forward(rows, count: sequences.rows, to: rows)
    try attention[0].forward(query.pointer, rows: rows, sequences: sequences, to: to)
  }
}
