import PromptLensKernels
import PromptLensTensors

/// Multi-head attention within sequences: `softmax(Q Kᵀ / √d) V` for each head, then an output projection.
///
/// Source: Vaswani et al., "Attention Is All You Need" (2017), equation 1. The projections of queries, keys and values
/// are one matrix, as in PyTorch's `nn.MultiheadAttention`.
package struct MultiHeadAttention: Sendable {
  /// The width of all heads together.
  package let width: Int
  /// The number of heads.
  package let heads: Int
  /// The projection of each row to its query, key and value, in this order.
  package let projection: LinearLayer
  /// The projection to queries only.
  package let queryProjection: LinearLayer
  /// The projection to keys and values.
  package let keyValueProjection: LinearLayer
  /// The projection of the heads' results.
  package let outputProjection: LinearLayer
  /// The norm of the heads' joint result before its projection; nil for none.
  private let norm: LayerNorm?
  /// The rotation of queries and keys; nil for none.
  private let rotation: RotaryRotation?

  /// Creates attention with frozen projections.
  ///
  /// - Parameters:
  ///   - inputWeights: `[3 · width, width]`: queries, keys, values; or three matrices `[width, width]`.
  ///   - inputBias: `[3 · width]`; nil for none.
  ///   - norm: the norm of the heads' joint result; nil for none.
  ///   - rotation: the rotation of queries and keys; nil for none.
  ///   - outputWeight: `[outputs, width]`.
  ///   - outputBias: `[outputs]`.
  ///   - outputScale: the factor of each output, `[outputs]`; nil for 1 each.
  ///   - heads: the number of heads; divides the width.
  ///   - precision: the arithmetic of the projections.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  ///   - usesRows: whether both directions use the weights' rows.
  ///   - name: the layer's name, for errors.
  /// - Throws: `TensorError` when the shapes do not match.
  package init(
    inputWeights: [Tensor], inputBias: Tensor?, norm: LayerNorm? = nil, rotation: RotaryRotation? = nil,
    outputWeight: Tensor, outputBias: Tensor, outputScale: [Float]? = nil, heads: Int, precision: ComputePrecision,
    keepsPacked: Bool, usesRows: Bool = false, name: String
  ) throws {
    let width = outputWeight.shape.dimensions.last ?? 0
    self.width = width
    self.heads = heads
    self.norm = norm
    self.rotation = rotation
    let parts = inputWeights.count == 1 ? 3 : 1
    guard inputWeights.count == 1 || inputWeights.count == 3, heads > 0, width % heads == 0 else {
      throw TensorError.shapeMismatch(
        operation: "attention", name: name, expected: [3 * width, width], found: [inputWeights.count])
    }
    for weight in inputWeights where weight.shape.dimensions != [parts * width, width] {
      throw TensorError.shapeMismatch(
        operation: "attention", name: name, expected: [parts * width, width], found: weight.shape.dimensions)
    }
    // The three projections share rows, so these are converted before they are divided.
    let inputWeights =
      usesRows && precision == .float32
      ? inputWeights.map { weight in
        defer { weight.releasePages() }
        return weight.converted(to: .float32)
      } : inputWeights
    func layer(_ range: Range<Int>) throws -> LinearLayer {
      let weights =
        parts == 1
        ? Array(inputWeights[range]) : [try inputWeights[0].rows(range.lowerBound * width..<range.upperBound * width)]
      return try LinearLayer(
        stacking: weights, bias: inputBias?.rows(range.lowerBound * width..<range.upperBound * width),
        precision: precision, keepsPacked: keepsPacked, usesRows: usesRows, name: name)
    }
    projection = try layer(0..<3)
    queryProjection = try layer(0..<1)
    keyValueProjection = try layer(1..<3)
    outputProjection = try LinearLayer(
      scaling: outputWeight, bias: outputBias, by: outputScale, precision: precision, keepsPacked: keepsPacked,
      usesRows: usesRows, name: name)
  }

  /// The factor of the products of queries and keys, `1/√d` for heads of width d.
  package var scale: Float { 1 / Float(width / heads).squareRoot() }

  /// Computes the attention of every row.
  ///
  /// - Parameters:
  ///   - rows: `[sequences.rows, width]`.
  ///   - sequences: the division of the rows.
  ///   - to: `[sequences.rows, width]`.
  ///   - accumulate: whether the result is added to the contents of `to`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(
    _ rows: UnsafePointer<Float>, sequences: Sequences, to: UnsafeMutablePointer<Float>, accumulate: Bool
  ) throws {
    let projected = FloatBuffer(uninitialized: sequences.rows * 3 * width)
    let mixed = FloatBuffer(uninitialized: sequences.rows * width)
    try projection.apply(rows, rows: sequences.rows, to: projected.pointer)
    for index in 0..<sequences.count {
      let range = sequences.range(index)
      let base = projected.pointer + range.lowerBound * 3 * width
      rotation?.apply(base, stride: 3 * width, rows: range.count, heads: heads)
      rotation?.apply(base + width, stride: 3 * width, rows: range.count, heads: heads)
      Self.mix(
        queries: attention_rows(base: base, stride: 3 * width), count: range.count,
        keys: attention_rows(base: base + width, stride: 3 * width),
        values: attention_rows(base: base + 2 * width, stride: 3 * width), keyCount: range.count,
        to: mixed.pointer + range.lowerBound * width, heads: heads, width: width)
    }
    norm?.forward(mixed.pointer, count: sequences.rows, to: mixed.pointer)
    try outputProjection.apply(mixed.pointer, rows: sequences.rows, to: to, accumulate: accumulate)
  }

  /// Computes the attention of one row of each sequence over all its rows.
  ///
  /// - Parameters:
  ///   - rows: `[sequences.rows, width]`.
  ///   - sequences: the division of the rows.
  ///   - queries: the rows that attend, `[sequences.count, width]`; a rotation leaves them as they are, as it does class
  ///     tokens.
  ///   - to: `[sequences.count, width]`.
  ///   - accumulate: whether the result is added to the contents of `to`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(
    _ rows: UnsafePointer<Float>, sequences: Sequences, queries: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>,
    accumulate: Bool
  ) throws {
    let asked = FloatBuffer(uninitialized: sequences.count * width)
    let projected = FloatBuffer(uninitialized: sequences.rows * 2 * width)
    let mixed = FloatBuffer(uninitialized: sequences.count * width)
    try queryProjection.apply(queries, rows: sequences.count, to: asked.pointer)
    try keyValueProjection.apply(rows, rows: sequences.rows, to: projected.pointer)
    for index in 0..<sequences.count {
      let range = sequences.range(index)
      let base = projected.pointer + range.lowerBound * 2 * width
      rotation?.apply(base, stride: 2 * width, rows: range.count, heads: heads)
      Self.mix(
        queries: attention_rows(base: asked.pointer + index * width, stride: width), count: 1,
        keys: attention_rows(base: base, stride: 2 * width),
        values: attention_rows(base: base + width, stride: 2 * width), keyCount: range.count,
        to: mixed.pointer + index * width, heads: heads, width: width)
    }
    norm?.forward(mixed.pointer, count: sequences.count, to: mixed.pointer)
    try outputProjection.apply(mixed.pointer, rows: sequences.count, to: to, accumulate: accumulate)
  }

  /// Computes the attention of some rows over others: `softmax(Q Kᵀ / √d) V` of each head.
  ///
  /// - Parameters:
  ///   - queries: the rows that attend.
  ///   - count: the number of rows that attend.
  ///   - keys: the keys of the rows that are attended to.
  ///   - values: their values.
  ///   - keyCount: the number of rows that are attended to.
  ///   - to: the heads' results side by side, `[count, width]`.
  ///   - heads: the number of heads.
  ///   - width: the width of all heads together.
  static func mix(
    queries: attention_rows, count: Int, keys: attention_rows, values: attention_rows, keyCount: Int,
    to: UnsafeMutablePointer<Float>, heads: Int, width: Int
  ) {
    let headWidth = width / heads
    let sizes = attention_sizes(
      queries: count, keys: keyCount, heads: heads, head_width: headWidth, scale: 1 / Float(headWidth).squareRoot())
    withUnsafeTemporaryAllocation(of: Float.self, capacity: attention_scratch(keyCount, headWidth)) { scratch in
      kernels().pointee.attention(queries, keys, values, to, width, sizes, scratch.baseAddress)
    }
  }
}
