import Kernels
import Tensors

/// One block of CLIP's transformers: `x += attention(norm₁(x))`, then `x += MLP(norm₂(x))`.
package struct ResidualAttentionBlock: Sendable {
  private let configuration: TransformerConfiguration
  private let firstNorm: LayerNorm
  private let attention: MultiHeadAttention
  private let secondNorm: LayerNorm
  private let expansion: LinearLayer
  private let contraction: LinearLayer

  /// Reads a block's tensors.
  ///
  /// - Parameters:
  ///   - name: the block's place in the state dict, `transformer.resblocks.0`.
  ///   - source: the state dict.
  ///   - configuration: the sizes.
  ///   - precision: the arithmetic of the products.
  /// - Throws: what the source throws, or ``TensorError`` when shapes do not match.
  package init(
    _ name: String, of source: some TensorSource, configuration: TransformerConfiguration, precision: ComputePrecision
  ) throws {
    func norm(_ part: String) throws -> LayerNorm {
      try LayerNorm(
        scale: source.tensor("\(name).\(part).weight"), shift: source.tensor("\(name).\(part).bias"),
        epsilon: configuration.normEpsilon)
    }
    func linear(_ part: String) throws -> LinearLayer {
      try LinearLayer(
        weight: source.tensor("\(name).\(part).weight"), bias: source.tensor("\(name).\(part).bias"),
        precision: precision, name: "\(name).\(part).weight")
    }
    self.configuration = configuration
    firstNorm = try norm("ln_1")
    attention = try MultiHeadAttention(
      inputWeight: source.tensor("\(name).attn.in_proj_weight"), inputBias: source.tensor("\(name).attn.in_proj_bias"),
      outputWeight: source.tensor("\(name).attn.out_proj.weight"),
      outputBias: source.tensor("\(name).attn.out_proj.bias"),
      heads: configuration.heads, precision: precision, name: "\(name).attn")
    secondNorm = try norm("ln_2")
    expansion = try linear("mlp.c_fc")
    contraction = try linear("mlp.c_proj")
  }

  /// Updates every row in place.
  ///
  /// - Parameters:
  ///   - rows: the residual stream, `[sequences.rows, width]`.
  ///   - sequences: how the rows divide.
  /// - Throws: ``TensorError`` when oneDNN refuses.
  package func forward(_ rows: UnsafeMutablePointer<Float>, sequences: Sequences) throws {
    let normalised = FloatBuffer(count: sequences.rows * configuration.width)
    firstNorm.forward(rows, count: sequences.rows, to: normalised.pointer)
    try attention.forward(normalised.pointer, sequences: sequences, addingTo: rows)
    try addMLP(to: rows, count: sequences.rows)
  }

  /// The block's output for one row of each sequence, which sees the whole sequence.
  ///
  /// The last block of a tower needs no more: only the rows that are read get a query, an output projection and an MLP.
  ///
  /// - Parameters:
  ///   - rows: the residual stream, `[sequences.rows, width]`.
  ///   - sequences: how the rows divide.
  ///   - reading: for each sequence the row, counted from the first of all rows.
  /// - Returns: `[sequences.count, width]`.
  /// - Throws: ``TensorError`` when oneDNN refuses.
  package func forward(
    _ rows: UnsafePointer<Float>, sequences: Sequences, reading: [Int]
  ) throws -> FloatBuffer {
    let width = configuration.width
    let normalised = FloatBuffer(count: sequences.rows * width)
    firstNorm.forward(rows, count: sequences.rows, to: normalised.pointer)
    let result = FloatBuffer(count: sequences.count * width)
    let queries = FloatBuffer(count: sequences.count * width)
    for (index, row) in reading.enumerated() {
      (result.pointer + index * width).update(from: rows + row * width, count: width)
      (queries.pointer + index * width).update(from: normalised.pointer + row * width, count: width)
    }
    try attention.forward(
      normalised.pointer, sequences: sequences, queries: queries.pointer, to: result.pointer, accumulate: true)
    try addMLP(to: result.pointer, count: sequences.count)
    return result
  }

  private func addMLP(to rows: UnsafeMutablePointer<Float>, count: Int) throws {
    let normalised = FloatBuffer(count: count * configuration.width)
    let hidden = FloatBuffer(count: count * configuration.mlpWidth)
    secondNorm.forward(rows, count: count, to: normalised.pointer)
    try expansion.apply(normalised.pointer, rows: count, to: hidden.pointer)
    configuration.activation.apply(hidden.elements)
    try contraction.apply(hidden.pointer, rows: count, to: rows, accumulate: true)
  }
}

extension Activation {
  /// Applies the activation to each element in place.
  package func apply(_ values: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .quickGELU: kernels().pointee.quick_gelu(values.baseAddress, values.count)
    case .gelu: kernels().pointee.gelu(values.baseAddress, values.count)
    }
  }
}
