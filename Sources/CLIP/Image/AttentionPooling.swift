import Kernels
import Tensors

/// Attention pooling: the mean of all places asks, and the mean and all places answer.
///
/// Source: Radford et al. (2021), section 2.4: "a transformer-style multi-head QKV attention where the query is conditioned
/// on the global average-pooled representation of the image".
package struct AttentionPooling: Sendable {
  private let configuration: ModifiedResNetConfiguration
  private let embedDimension: Int
  private let positionalEmbedding: Tensor
  private let attention: MultiHeadAttention

  package init(
    configuration: ModifiedResNetConfiguration, embedDimension: Int, source: some TensorSource,
    precision: ComputePrecision
  ) throws {
    func projections(_ part: String) throws -> Tensor {
      let parts = try ["q", "k", "v"].map { try source.tensor("visual.attnpool.\($0)_proj.\(part)") }
      return try Tensor.concatenated(parts.map { $0.converted(to: .float32) }, name: "visual.attnpool.\(part)")
    }
    self.configuration = configuration
    self.embedDimension = embedDimension
    positionalEmbedding = try source.tensor("visual.attnpool.positional_embedding").converted(to: .float32)
    attention = try MultiHeadAttention(
      inputWeight: projections("weight"), inputBias: projections("bias"),
      outputWeight: source.tensor("visual.attnpool.c_proj.weight"),
      outputBias: source.tensor("visual.attnpool.c_proj.bias"), heads: configuration.heads, precision: precision,
      name: "visual.attnpool")
  }

  /// Pools each image into one row.
  ///
  /// - Parameters:
  ///   - images: the last stage's output.
  ///   - to: `[images.count, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN refuses.
  package func forward(_ images: FeatureMap, to: UnsafeMutablePointer<Float>) throws {
    let width = images.channels
    let places = images.side * images.side
    let rows = FloatBuffer(count: images.count * (places + 1) * width)
    let queries = FloatBuffer(count: images.count * width)
    for image in 0..<images.count {
      let first = rows.pointer + image * (places + 1) * width
      let pixels = images.values.pointer + image * places * width
      kernels().pointee.average_pool(pixels, first, images.side, images.side, width, images.side)
      (first + width).update(from: pixels, count: places * width)
      positionalEmbedding.withFloats { kernels().pointee.add($0.baseAddress, first, (places + 1) * width) }
      (queries.pointer + image * width).update(from: first, count: width)
    }
    let sequences = Sequences(lengths: [Int](repeating: places + 1, count: images.count))
    try attention.forward(
      rows.pointer, sequences: sequences, queries: queries.pointer, to: to, accumulate: false)
  }
}
