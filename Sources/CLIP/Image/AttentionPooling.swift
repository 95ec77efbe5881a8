import PromptLensKernels
import PromptLensTensors

/// Attention pooling: the mean of all positions attends to itself and to all positions.
///
/// Source: Radford et al. (2021), section 2.4: "a transformer-style multi-head QKV attention where the query is
/// conditioned on the global average-pooled representation of the image".
package struct AttentionPooling: Sendable {
  private let configuration: ModifiedResNetConfiguration
  private let positionalEmbedding: Tensor
  /// The projections of queries, keys, values, and of the heads' results.
  private let projections: LayerStack<LinearLayer>

  private static let (query, key, value, output) = (0, 1, 2, 3)

  package init(
    configuration: ModifiedResNetConfiguration, source: some TensorSource, precision: ComputePrecision,
    memory: WeightMemory
  ) throws {
    self.configuration = configuration
    positionalEmbedding = try source.tensor("visual.attnpool.positional_embedding").converted(to: .float32)
    projections = try LayerStack(count: 4, memory: memory) {
      try LinearLayer(
        "visual.attnpool.\(["q", "k", "v", "c"][$0])_proj", of: source, precision: precision,
        keepsPacked: memory.isKept)
    }
  }

  /// Projects each position as if it attended to itself alone, without its positional embedding.
  ///
  /// - Parameters:
  ///   - images: the last stage's output.
  ///   - to: `[images.count, positions, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func forwardAlone(_ images: FeatureMap, to: UnsafeMutablePointer<Float>) throws {
    let count = images.count * images.size.count
    let values = FloatBuffer(uninitialized: count * images.channels)
    try projections[Self.value].apply(images.values.pointer, rows: count, to: values.pointer)
    try projections[Self.output].apply(values.pointer, rows: count, to: to)
  }

  /// Pools each image into one row.
  ///
  /// - Parameters:
  ///   - images: the last stage's output.
  ///   - to: `[images.count, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ images: FeatureMap, to: UnsafeMutablePointer<Float>) throws {
    let width = images.channels
    let positions = images.size.count
    let count = images.count * (positions + 1)
    let rows = FloatBuffer(count: count * width)
    let means = FloatBuffer(count: images.count * width)
    for image in 0..<images.count {
      let first = rows.pointer + image * (positions + 1) * width
      let pixels = images.values.pointer + image * positions * width
      kernels().pointee.average_pool(pixels, first, images.size.height, images.size.width, width, images.size.height)
      (first + width).update(from: pixels, count: positions * width)
      positionalEmbedding.withFloats { kernels().pointee.add($0.baseAddress, first, (positions + 1) * width) }
      (means.pointer + image * width).update(from: first, count: width)
    }
    let queries = FloatBuffer(uninitialized: images.count * width)
    let keys = FloatBuffer(uninitialized: count * width)
    let values = FloatBuffer(uninitialized: count * width)
    let mixed = FloatBuffer(uninitialized: images.count * width)
    try projections[Self.query].apply(means.pointer, rows: images.count, to: queries.pointer)
    try projections[Self.key].apply(rows.pointer, rows: count, to: keys.pointer)
    try projections[Self.value].apply(rows.pointer, rows: count, to: values.pointer)
    for image in 0..<images.count {
      let first = image * (positions + 1) * width
      MultiHeadAttention.mix(
        queries: attention_rows(base: queries.pointer + image * width, stride: width), count: 1,
        keys: attention_rows(base: keys.pointer + first, stride: width),
        values: attention_rows(base: values.pointer + first, stride: width), keyCount: positions + 1,
        to: mixed.pointer + image * width, heads: configuration.heads, width: width)
    }
    try projections[Self.output].apply(mixed.pointer, rows: images.count, to: to)
  }
}
