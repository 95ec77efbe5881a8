import PromptLensKernels
import PromptLensTensors

/// OpenAI's and open_clip's own vision transformer, read at its class token or averaged.
///
/// Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021), with a norm before the first block as in CLIP.
struct VisionTransformer: ImageTower {
  let configuration: VisionTransformerConfiguration
  private let patchEmbedding: PatchEmbedding
  private let classEmbedding: Tensor
  private let positionalEmbedding: Tensor
  let inputNorm: LayerNorm?
  let transformer: Transformer
  private let pooler: AttentionalPooler?
  let outputNorm: LayerNorm
  let projection: LinearLayer

  init(
    configuration: VisionTransformerConfiguration, source: some TensorSource, precision: ComputePrecision,
    memory: WeightMemory
  ) throws {
    self.configuration = configuration
    let epsilon = configuration.transformer.normEpsilon
    patchEmbedding = try PatchEmbedding(
      weight: source.tensor("visual.conv1.weight"), inputSize: configuration.inputSize, precision: precision,
      name: "visual.conv1.weight")
    classEmbedding = try source.tensor("visual.class_embedding").converted(to: .float32)
    positionalEmbedding = try source.tensor("visual.positional_embedding").converted(to: .float32)
    inputNorm = configuration.hasInputNorm ? try LayerNorm("visual.ln_pre", of: source, epsilon: epsilon) : nil
    transformer = try Transformer(
      prefix: "visual.transformer.resblocks.", of: source, configuration: configuration.transformer,
      precision: precision, memory: memory)
    pooler = try configuration.pooler.map {
      try AttentionalPooler($0, "visual.attn_pool", of: source, precision: precision, memory: memory)
    }
    outputNorm = try LayerNorm("visual.ln_post", of: source, epsilon: epsilon)
    projection = try LinearLayer(
      weight: source.tensor("visual.proj"), orientation: .inputsByOutputs, precision: precision, name: "visual.proj")
  }

  var chunkSize: Int { max(1, 256 / configuration.positions) }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    let width = configuration.transformer.width
    let positions = configuration.positions
    let rows = FloatBuffer(uninitialized: count * positions * width)
    try embed(pixels, count: count, to: rows.pointer)
    let sequences = Sequences(lengths: [Int](repeating: positions, count: count))
    let states: FloatBuffer
    if let pooler {
      try transformer.forward(rows.pointer, sequences: sequences)
      states = FloatBuffer(uninitialized: count * pooler.outputs)
      try pooler.forward(rows.pointer, sequences: sequences, to: states.pointer)
      outputNorm.forward(states.pointer, count: count, to: states.pointer)
      return try projection.apply(states.pointer, rows: count, to: to)
    }
    switch configuration.pooling {
    case .classToken:
      states = try transformer.forward(
        rows.pointer, sequences: sequences, reading: (0..<count).map { sequences.offsets[$0] })
      outputNorm.forward(states.pointer, count: count, to: states.pointer)
    case .mean:
      try transformer.forward(rows.pointer, sequences: sequences)
      if !configuration.normsAfterPooling {
        outputNorm.forward(rows.pointer, count: count * positions, to: rows.pointer)
      }
      states = FloatBuffer(uninitialized: count * width)
      MeanPooling.forward(
        rows.pointer, sequences: count, length: positions, skipping: 1, width: width, to: states.pointer)
      if configuration.normsAfterPooling { outputNorm.forward(states.pointer, count: count, to: states.pointer) }
    }
    try projection.apply(states.pointer, rows: count, to: to)
  }

  /// Computes the input of the first block: the class token and the patches with their positions, normalized.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - count: the number of images.
  ///   - to: `[count, positions, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func embed(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    try embedWithoutNorm(pixels, count: count, to: to)
    inputNorm?.forward(to, count: count * configuration.positions, to: to)
  }

  /// Computes the class token and the patches with their positions, before the input norm.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - count: the number of images.
  ///   - to: `[count, positions, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func embedWithoutNorm(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    let width = configuration.transformer.width
    let positions = configuration.positions
    let imageSize = 3 * configuration.inputSize.count
    for image in 0..<count {
      let first = to + image * positions * width
      classEmbedding.withFloats { values in
        if let base = values.baseAddress { first.update(from: base, count: width) }
      }
      try patchEmbedding.apply(pixels + image * imageSize, to: first + width)
      positionalEmbedding.withFloats { kernels().pointee.add($0.baseAddress, first, positions * width) }
    }
  }
}
