import PromptLensKernels
import PromptLensTensors

/// The second half of a block, an MLP with a residual connection.
///
/// CLIP's own is `x += contraction(activation(expansion(norm(x))))`. Others have a gate, whose activation multiplies the
/// expansion, an inner norm before or behind that, and their first norm behind the contraction; see
/// ``BlockDescription/FeedForwardForm``.
package struct FeedForward: Sendable {
  private let configuration: TransformerConfiguration
  private let norm: LayerNorm
  private let gate: LinearLayer?
  private let innerNorm: LayerNorm?
  private let expansion: LinearLayer
  private let contraction: LinearLayer

  /// Reads the second half of a block.
  ///
  /// - Parameters:
  ///   - names: the names of the block's tensors.
  ///   - source: the state dict.
  ///   - configuration: the sizes, and the form.
  ///   - precision: the arithmetic of the products.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  ///   - usesRows: whether both directions use the weights' rows.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  init(
    _ names: BlockNames, of source: some TensorSource, configuration: TransformerConfiguration,
    precision: ComputePrecision, keepsPacked: Bool, usesRows: Bool
  ) throws {
    let block = configuration.block
    self.configuration = configuration
    norm = try LayerNorm(names.secondNorm, of: source, epsilon: configuration.normEpsilon)
    func layer(_ name: String, scale: [Float]? = nil) throws -> LinearLayer {
      try LinearLayer(
        name, of: source, scale: scale, precision: precision, keepsPacked: keepsPacked, usesRows: usesRows)
    }
    gate = try names.gate.map { try layer($0) }
    innerNorm =
      block.feedForward == .plain
      ? nil : try LayerNorm(names.innerNorm, of: source, epsilon: configuration.normEpsilon)
    expansion = try layer(names.expansion)
    contraction = try layer(
      names.contraction, scale: block.hasLayerScale ? source.tensor(names.secondScale).floats() : nil)
  }

  /// Reads a plain MLP and its norm under names of their own.
  ///
  /// - Parameters:
  ///   - expansion: the name of the first layer.
  ///   - contraction: the name of the second layer.
  ///   - norm: the name of the norm before them.
  ///   - source: the state dict.
  ///   - configuration: the sizes.
  ///   - precision: the arithmetic of the products.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  init(
    expansion: String, contraction: String, norm: String, of source: some TensorSource,
    configuration: TransformerConfiguration, precision: ComputePrecision, keepsPacked: Bool
  ) throws {
    self.configuration = configuration
    self.norm = try LayerNorm(norm, of: source, epsilon: configuration.normEpsilon)
    gate = nil
    innerNorm = nil
    self.expansion = try LinearLayer(expansion, of: source, precision: precision, keepsPacked: keepsPacked)
    self.contraction = try LinearLayer(contraction, of: source, precision: precision, keepsPacked: keepsPacked)
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
  ///   - tape: receives the record for the backward pass, which is CLIP's own form's.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ rows: UnsafeMutablePointer<Float>, count: Int, tape: Tape? = nil) throws {
    let normalized = FloatBuffer(uninitialized: count * configuration.width)
    if configuration.block.normPosition == .after {
      try transform(rows, count: count, to: normalized.pointer, accumulate: false)
      norm.forward(normalized.pointer, count: count, to: normalized.pointer)
      kernels().pointee.add(normalized.pointer, rows, normalized.count)
      return
    }
    tape?.input.update(from: rows, count: count * configuration.width)
    norm.forward(rows, count: count, to: normalized.pointer, statistics: tape?.statistics)
    if configuration.block.feedForward == .gatedGELU {
      innerNorm?.forward(normalized.pointer, count: count, to: normalized.pointer)
    }
    try transform(normalized.pointer, count: count, to: rows, accumulate: true, hidden: tape?.hidden)
  }

  /// Applies the layers without their norm and residual connection.
  ///
  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - count: the number of rows.
  ///   - to: `[count, width]`.
  ///   - accumulate: whether the result is added to the contents of `to`.
  ///   - hidden: receives the activation's input, `[count, mlpWidth]`.
  /// - Throws: `TensorError` when oneDNN fails.
  private func transform(
    _ rows: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, accumulate: Bool,
    hidden: UnsafeMutablePointer<Float>? = nil
  ) throws {
    let activated = FloatBuffer(uninitialized: count * configuration.mlpWidth)
    if let gate {
      let gates = FloatBuffer(uninitialized: activated.count)
      try gate.apply(rows, rows: count, to: gates.pointer)
      try expansion.apply(rows, rows: count, to: activated.pointer)
      if configuration.block.feedForward == .gatedSiLU {
        kernels().pointee.silu_gate(gates.pointer, activated.pointer, activated.pointer, activated.count)
        innerNorm?.forward(activated.pointer, count: count, to: activated.pointer)
      } else {
        kernels().pointee.gelu_gate(gates.pointer, activated.pointer, activated.pointer, activated.count)
      }
    } else {
      let hidden = hidden ?? activated.pointer
      try expansion.apply(rows, rows: count, to: hidden)
      configuration.activation.forward(hidden, count: activated.count, to: activated.pointer)
    }
    try contraction.apply(activated.pointer, rows: count, to: to, accumulate: accumulate)
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
  ///
  /// - Parameters:
  ///   - name: the layer's name in the state dict.
  ///   - source: the state dict.
  ///   - hasBias: whether there is a bias.
  ///   - scale: the factor of each output; nil for 1 each.
  ///   - precision: the arithmetic.
  ///   - keepsPacked: whether the packed weights are kept.
  ///   - usesRows: whether both directions use the weights' rows.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package convenience init(
    _ name: String, of source: some TensorSource, hasBias: Bool = true, scale: [Float]? = nil,
    precision: ComputePrecision, keepsPacked: Bool = true, usesRows: Bool = false
  ) throws {
    try self.init(
      scaling: source.tensor("\(name).weight"), bias: hasBias ? source.tensor("\(name).bias") : nil, by: scale,
      precision: precision, keepsPacked: keepsPacked, usesRows: usesRows, name: "\(name).weight")
  }

  /// Creates a layer whose outputs are scaled.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`.
  ///   - bias: `[outputs]`; nil for none.
  ///   - scale: the factor of each output, its bias too; nil for 1 each.
  ///   - precision: the arithmetic.
  ///   - keepsPacked: whether the packed weights are kept.
  ///   - usesRows: whether both directions use the weights' rows.
  ///   - name: the weight's name, for errors.
  /// - Throws: `TensorError` when shapes do not match.
  convenience init(
    scaling weight: Tensor, bias: Tensor?, by scale: [Float]?, precision: ComputePrecision, keepsPacked: Bool,
    usesRows: Bool, name: String
  ) throws {
    var bias = bias
    if let scale { bias = try bias?.scaled(by: scale.map { Double($0) }) }
    try self.init(
      stacking: [weight], bias: bias, scale: scale, precision: precision, keepsPacked: keepsPacked, usesRows: usesRows,
      name: name)
  }
}
