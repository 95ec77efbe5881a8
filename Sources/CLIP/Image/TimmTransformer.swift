import PromptLensKernels
import PromptLensTensors

/// A vision transformer of the timm library, as its description says: EVA, Perception Encoder, ViTamin, MobileCLIP-B.
struct TimmTransformer: ImageTower {
  private let configuration: TimmTransformerConfiguration
  private let stem: any TransformerStem
  private let classToken: Tensor?
  private let positions: Tensor?
  private let inputNorm: LayerNorm?
  private let transformer: Transformer
  private let outputNorm: LayerNorm
  private let pooling: LatentPooling?
  private let head: TimmHead

  init(
    configuration: TimmTransformerConfiguration, source: some TensorSource, precision: ComputePrecision,
    memory: WeightMemory
  ) throws {
    self.configuration = configuration
    let blocks = configuration.transformer
    let epsilon = blocks.normEpsilon
    stem = try configuration.makeStem(of: source, precision: precision, memory: memory)
    let trunk = "visual.trunk"
    classToken = configuration.hasClassToken ? try source.tensor("\(trunk).cls_token").converted(to: .float32) : nil
    positions =
      configuration.positionTable == .none ? nil : try source.tensor("\(trunk).pos_embed").converted(to: .float32)
    inputNorm = configuration.hasInputNorm ? try LayerNorm("\(trunk).norm_pre", of: source, epsilon: epsilon) : nil
    transformer = try Transformer(
      prefix: "\(trunk).blocks.", of: source, configuration: blocks,
      rotation: configuration.rotary.map {
        RotaryRotation(
          $0, grid: configuration.grid, headWidth: blocks.headWidth, skipped: configuration.hasClassToken ? 1 : 0)
      }, precision: precision, memory: memory)
    outputNorm = try LayerNorm(
      configuration.pooling == .mean ? "\(trunk).fc_norm" : "\(trunk).norm", of: source, epsilon: epsilon)
    if case .attention(let heads, let mlpWidth) = configuration.pooling {
      pooling = try LatentPooling(
        "\(trunk).attn_pool", of: source, heads: heads, mlpWidth: mlpWidth, blocks: blocks, precision: precision,
        keepsPacked: memory.isKept)
    } else {
      pooling = nil
    }
    head = try TimmHead(
      configuration.projection, classifier: TimmTransformerConfiguration.classifier, of: source, precision: precision)
  }

  var chunkSize: Int { max(1, 256 / max(configuration.positions, 1)) }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    let width = configuration.transformer.width
    let length = configuration.positions
    let rows = try embedded(pixels, count: count)
    inputNorm?.forward(rows.pointer, count: count * length, to: rows.pointer)
    let sequences = Sequences(lengths: [Int](repeating: length, count: count))
    let states: FloatBuffer
    switch configuration.pooling {
    case .classToken:
      states = try transformer.forward(
        rows.pointer, sequences: sequences, reading: (0..<count).map { sequences.offsets[$0] })
      outputNorm.forward(states.pointer, count: count, to: states.pointer)
    case .mean:
      try transformer.forward(rows.pointer, sequences: sequences)
      states = FloatBuffer(uninitialized: count * width)
      MeanPooling.forward(
        rows.pointer, sequences: count, length: length, skipping: configuration.hasClassToken ? 1 : 0, width: width,
        to: states.pointer)
      outputNorm.forward(states.pointer, count: count, to: states.pointer)
    case .attention:
      try transformer.forward(rows.pointer, sequences: sequences)
      outputNorm.forward(rows.pointer, count: count * length, to: rows.pointer)
      states = FloatBuffer(uninitialized: count * width)
      try pooling?.forward(rows.pointer, sequences: sequences, to: states.pointer)
    }
    try head.forward(states.pointer, count: count, width: width, to: to)
  }

  /// Returns the rows before the first block: patches with the class token and the table of positions.
  private func embedded(_ pixels: UnsafePointer<Float>, count: Int) throws -> FloatBuffer {
    let width = configuration.transformer.width
    let (length, patches) = (configuration.positions, configuration.grid.count)
    let rows = FloatBuffer(uninitialized: count * length * width)
    try stem.embed(pixels, count: count, to: rows.pointer + (length - patches) * width, stride: length * width)
    for image in 0..<count {
      let first = rows.pointer + image * length * width
      classToken?.withFloats { values in
        if let base = values.baseAddress { first.update(from: base, count: width) }
      }
      positions?.withFloats {
        // A table for the patches alone has no row for the class token.
        kernels().pointee.add($0.baseAddress, first + length * width - $0.count, $0.count)
      }
    }
    return rows
  }
}

/// A learned query's attention over all states, and an MLP: timm's `AttentionPoolLatent`.
///
/// Source: Lee et al., "Set Transformer" (2019), as in SigLIP.
private struct LatentPooling: Sendable {
  private let latent: Tensor
  private let attention: CrossAttention
  private let feedForward: FeedForward

  init(
    _ name: String, of source: some TensorSource, heads: Int, mlpWidth: Int, blocks: TransformerConfiguration,
    precision: ComputePrecision, keepsPacked: Bool
  ) throws {
    func layer(_ part: String) throws -> LinearLayer {
      try LinearLayer("\(name).\(part)", of: source, precision: precision, keepsPacked: keepsPacked)
    }
    latent = try source.tensor("\(name).latent").converted(to: .float32)
    attention = CrossAttention(
      query: try layer("q"), keysValues: try layer("kv"), output: try layer("proj"), heads: heads)
    feedForward = try FeedForward(
      expansion: "\(name).mlp.fc1", contraction: "\(name).mlp.fc2", norm: "\(name).norm", of: source,
      configuration: TransformerConfiguration(
        width: blocks.width, layers: 1, heads: heads, mlpWidth: mlpWidth, activation: blocks.activation,
        normEpsilon: blocks.normEpsilon),
      precision: precision, keepsPacked: keepsPacked)
  }

  func forward(_ rows: UnsafePointer<Float>, sequences: Sequences, to: UnsafeMutablePointer<Float>) throws {
    try latent.withFloats { values in
      guard let base = values.baseAddress else { return }
      try attention.forward(base, rows: rows, sequences: sequences, to: to)
    }
    try feedForward.forward(to, count: sequences.count)
  }
}
