import PromptLensKernels
import PromptLensTensors

/// CLIP's vision transformer, read at its class token.
///
/// Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021), with a norm before the first block as in CLIP.
struct VisionTransformer: ImageTower {
  private let configuration: VisionTransformerConfiguration
  private let embedDimension: Int
  private let patchEmbedding: LinearLayer
  private let classEmbedding: Tensor
  private let positionalEmbedding: Tensor
  private let inputNorm: LayerNorm
  private let transformer: Transformer
  private let outputNorm: LayerNorm
  private let projection: LinearLayer

  init(
    configuration: VisionTransformerConfiguration, embedDimension: Int, source: some TensorSource,
    precision: ComputePrecision, memory: WeightMemory
  ) throws {
    self.configuration = configuration
    self.embedDimension = embedDimension
    let patchValues = 3 * configuration.patchSize * configuration.patchSize
    patchEmbedding = try LinearLayer(
      weight: source.tensor("visual.conv1.weight").reshaped([configuration.transformer.width, patchValues]),
      precision: precision, name: "visual.conv1.weight")
    classEmbedding = try source.tensor("visual.class_embedding").converted(to: .float32)
    positionalEmbedding = try source.tensor("visual.positional_embedding").converted(to: .float32)
    inputNorm = try LayerNorm(
      "visual.ln_pre", of: source, epsilon: configuration.transformer.normEpsilon)
    transformer = try Transformer(
      prefix: "visual.transformer.resblocks.", of: source, configuration: configuration.transformer,
      precision: precision, memory: memory)
    outputNorm = try LayerNorm(
      "visual.ln_post", of: source, epsilon: configuration.transformer.normEpsilon)
    projection = try LinearLayer(
      weight: source.tensor("visual.proj"), orientation: .inputsByOutputs, precision: precision, name: "visual.proj")
  }

  var chunkSize: Int { max(1, 256 / configuration.positions) }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    let width = configuration.transformer.width
    let positions = configuration.positions
    let imageSize = 3 * configuration.inputSize.count
    let rows = FloatBuffer(count: count * positions * width)
    let patches = FloatBuffer(count: imageSize)
    for image in 0..<count {
      let first = rows.pointer + image * positions * width
      classEmbedding.withFloats { values in
        if let base = values.baseAddress { first.update(from: base, count: width) }
      }
      cutPatches(pixels + image * imageSize, to: patches.pointer)
      try patchEmbedding.apply(patches.pointer, rows: positions - 1, to: first + width)
      positionalEmbedding.withFloats { kernels().pointee.add($0.baseAddress, first, positions * width) }
    }
    inputNorm.forward(rows.pointer, count: count * positions, to: rows.pointer)
    let sequences = Sequences(lengths: [Int](repeating: positions, count: count))
    let states = try transformer.forward(
      rows.pointer, sequences: sequences, reading: (0..<count).map { sequences.offsets[$0] })
    outputNorm.forward(states.pointer, count: count, to: states.pointer)
    try projection.apply(states.pointer, rows: count, to: to)
  }

  /// Rearranges `[3, height, width]` into `[patches, 3 · patch · patch]`, the order of a convolution's kernel.
  private func cutPatches(_ pixels: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>) {
    let (grid, patch, size) = (configuration.grid, configuration.patchSize, configuration.inputSize)
    var target = to
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        for channel in 0..<3 {
          for y in 0..<patch {
            target.update(
              from: pixels + (channel * size.height + row * patch + y) * size.width + column * patch, count: patch)
            target += patch
          }
        }
      }
    }
  }
}
