import PromptLensTensors

/// The second half of a block: `x += contraction(activation(expansion(norm(x))))`.
package struct FeedForward: Sendable {
  private let configuration: TransformerConfiguration
  private let norm: LayerNorm
  private let expansion: LinearLayer
  private let contraction: LinearLayer

  /// Reads the tensors `ln_2` and `mlp` of the block `name`.
  ///
  /// - Parameters:
  ///   - name: the block's name in the state dict.
  ///   - source: the state dict.
  ///   - configuration: the sizes.
  ///   - precision: the arithmetic of the products.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    _ name: String, of source: some TensorSource, configuration: TransformerConfiguration, precision: ComputePrecision,
    keepsPacked: Bool
  ) throws {
    self.configuration = configuration
    norm = try LayerNorm("\(name).ln_2", of: source, epsilon: configuration.normEpsilon)
    expansion = try LinearLayer("\(name).mlp.c_fc", of: source, precision: precision, keepsPacked: keepsPacked)
    contraction = try LinearLayer("\(name).mlp.c_proj", of: source, precision: precision, keepsPacked: keepsPacked)
  }

  /// The record of a forward pass over `count` rows that the backward pass reads.
  package struct Tape {
    /// x, `[count, width]`.
    package let input: UnsafeMutablePointer<Float>
    /// The norm's statistics, `[count, 2]`.
    package let statistics: UnsafeMutablePointer<Float>
    /// The activation's input, `[count, mlpWidth]`.
    package let hidden: UnsafeMutablePointer<Float>

    /// Returns the number of floats that a tape of `count` rows takes.
    package static func floats(rows count: Int, _ configuration: TransformerConfiguration) -> Int {
      count * (configuration.width + 2 + configuration.mlpWidth)
    }

    /// Creates a tape in memory of ``floats(rows:_:)`` elements.
    package init(in memory: UnsafeMutablePointer<Float>, rows count: Int, _ configuration: TransformerConfiguration) {
      input = memory
      statistics = input + count * configuration.width
      hidden = statistics + count * 2
    }
  }

  /// Updates rows in place.
  ///
  /// - Parameters:
  ///   - rows: x, `[count, width]`.
  ///   - count: the number of rows.
  ///   - tape: receives the record for the backward pass.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ rows: UnsafeMutablePointer<Float>, count: Int, tape: Tape? = nil) throws {
    let normalized = FloatBuffer(uninitialized: count * configuration.width)
    let activated = FloatBuffer(uninitialized: count * configuration.mlpWidth)
    let hidden = tape?.hidden ?? activated.pointer
    tape?.input.update(from: rows, count: count * configuration.width)
    norm.forward(rows, count: count, to: normalized.pointer, statistics: tape?.statistics)
    try expansion.apply(normalized.pointer, rows: count, to: hidden)
    configuration.activation.forward(hidden, count: count * configuration.mlpWidth, to: activated.pointer)
    try contraction.apply(activated.pointer, rows: count, to: rows, accumulate: true)
  }

  /// Turns the gradient of the output into that of the input.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂output, `[count, width]`; becomes ∂L/∂x.
  ///   - count: the number of rows.
  ///   - tape: the forward pass's.
  /// - Throws: `TensorError` when oneDNN fails.
  package func backward(_ gradient: UnsafeMutablePointer<Float>, count: Int, tape: Tape) throws {
    let hidden = FloatBuffer(uninitialized: count * configuration.mlpWidth)
    let normalized = FloatBuffer(uninitialized: count * configuration.width)
    try contraction.backward(gradient, rows: count, to: hidden.pointer)
    configuration.activation.backward(hidden.pointer, values: tape.hidden, count: hidden.count)
    try expansion.backward(hidden.pointer, rows: count, to: normalized.pointer)
    norm.backward(
      normalized.pointer, rows: tape.input, statistics: tape.statistics, count: count, addingTo: gradient)
  }
}

extension LayerNorm {
  /// Creates the norm whose tensors are `name.weight` and `name.bias`.
  package init(_ name: String, of source: some TensorSource, epsilon: Float) throws {
    try self.init(scale: source.tensor("\(name).weight"), shift: source.tensor("\(name).bias"), epsilon: epsilon)
  }
}

extension LinearLayer {
  /// Creates the layer whose tensors are `name.weight` and `name.bias`.
  package convenience init(
    _ name: String, of source: some TensorSource, precision: ComputePrecision, keepsPacked: Bool = true
  ) throws {
    try self.init(
      weight: source.tensor("\(name).weight"), bias: source.tensor("\(name).bias"), precision: precision,
      keepsPacked: keepsPacked, name: "\(name).weight")
  }
}
