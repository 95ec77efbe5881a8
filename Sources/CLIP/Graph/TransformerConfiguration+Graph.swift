import PromptLensONNX

// The ONNX form of transformers, read off their description: one for all towers.

/// A rotation of queries and keys in a graph: tables for all rows, and the matrix that swaps the elements of each pair.
struct GraphRotation {
  let cosines: String
  let sines: String
  let swap: String
}

extension Activation {
  /// Adds the activation.
  func graph(_ value: String, _ builder: inout GraphBuilder) -> String {
    switch self {
    case .quickGELU: builder.logisticGate(value, factor: 1.702)
    case .gelu: builder.gelu(value)
    case .tanhGELU: builder.tanhGELU(value)
    }
  }
}

extension TransformerConfiguration {
  /// Adds all blocks.
  ///
  /// - Parameters:
  ///   - prefix: the beginning of the blocks' names.
  ///   - rows: `[batch, rows, width]`.
  ///   - mask: what is added to the products of queries and keys; nil for nothing.
  ///   - rotation: the rotation of queries and keys; nil for none.
  ///   - builder: receives the operators.
  ///   - prepare: returns a block's rows, given its index and those of the block before it.
  /// - Returns: `[batch, rows, width]`.
  /// - Throws: the source's error when it lacks a weight.
  func graph(
    _ prefix: String, _ rows: String, mask: String? = nil, rotation: GraphRotation? = nil,
    _ builder: inout GraphBuilder,
    prepare: (_ layer: Int, _ rows: String, _ builder: inout GraphBuilder) -> String = { _, rows, _ in rows }
  ) throws -> String {
    var state = rows
    for layer in 0..<layers {
      state = prepare(layer, state, &builder)
      let names = BlockNames("\(prefix)\(layer)", block)
      let isNormBefore = block.normPosition == .before
      let norms = (names.firstNorm, names.secondNorm)
      var step = isNormBefore ? try builder.layerNorm(state, norms.0, epsilon: normEpsilon) : state
      step = try attention(step, names, mask: mask, rotation: rotation, &builder)
      if !isNormBefore { step = try builder.layerNorm(step, norms.0, epsilon: normEpsilon) }
      state = builder.add(state, step)
      step = isNormBefore ? try builder.layerNorm(state, norms.1, epsilon: normEpsilon) : state
      step = try feedForward(step, names, &builder)
      if !isNormBefore { step = try builder.layerNorm(step, norms.1, epsilon: normEpsilon) }
      state = builder.add(state, step)
    }
    return state
  }

  private func attention(
    _ rows: String, _ names: BlockNames, mask: String?, rotation: GraphRotation?, _ builder: inout GraphBuilder
  ) throws -> String {
    let parts: [String]
    if block.hasSeparateProjections {
      parts = try zip(names.separateWeights, names.separateBiases).map { weight, bias in
        try builder.linear(rows, matrix: builder.weight(weight), bias: bias.map { try builder.weight($0) })
      }
    } else {
      let biases = try names.fusedBiases.map { try builder.weight($0) }
      // Keys have no bias where queries and values do.
      let bias =
        biases.count == 2
        ? builder.concatenate(
          [biases[0], builder.floats([Float](repeating: 0, count: width), shape: [width]), biases[1]], axis: 0)
        : biases.first
      let all = try builder.linear(rows, matrix: builder.weight(names.fusedWeight), bias: bias)
      parts = builder.split("Split", [all], into: 3, ["axis": .integer(-1)])
    }
    var mixed = builder.attention(
      queries: parts[0], keys: parts[1], values: parts[2], heads: heads, width: width, mask: mask, rotation: rotation)
    if block.hasAttentionNorm {
      mixed = try builder.layerNorm(mixed, names.attentionNorm, epsilon: normEpsilon)
    }
    return try builder.linear(
      mixed, names.attentionOutput, scale: block.hasLayerScale ? names.firstScale : nil)
  }

  private func feedForward(
    _ rows: String, _ names: BlockNames, _ builder: inout GraphBuilder
  ) throws -> String {
    let inner: String
    switch block.feedForward {
    case .plain:
      inner = activation.graph(try builder.linear(rows, names.expansion), &builder)
    case .gatedSiLU:
      let gate = builder.logisticGate(try builder.linear(rows, names.gate ?? ""), factor: 1)
      let product = builder.multiply(gate, try builder.linear(rows, names.expansion))
      inner = try builder.layerNorm(product, names.innerNorm, epsilon: normEpsilon)
    case .gatedGELU:
      let normalized = try builder.layerNorm(rows, names.innerNorm, epsilon: normEpsilon)
      let gate = builder.gelu(try builder.linear(normalized, names.gate ?? ""))
      inner = builder.multiply(gate, try builder.linear(normalized, names.expansion))
    }
    return try builder.linear(inner, names.contraction, scale: block.hasLayerScale ? names.secondScale : nil)
  }
}

extension GraphBuilder {
  /// Adds `softmax(Q Kᵀ / √d + mask) V` of each head.
  ///
  /// - Parameters:
  ///   - queries: `[batch or 1, queries, width]`.
  ///   - keys: `[batch, rows, width]`.
  ///   - values: `[batch, rows, width]`.
  ///   - heads: the number of heads; divides the width.
  ///   - width: the width of all heads together.
  ///   - mask: what is added to the products; nil for nothing.
  ///   - rotation: the rotation of queries and keys; nil for none.
  /// - Returns: the heads' results side by side, `[batch, queries, width]`.
  mutating func attention(
    queries: String, keys: String, values: String, heads: Int, width: Int, mask: String? = nil,
    rotation: GraphRotation? = nil
  ) -> String {
    let headWidth = width / max(heads, 1)
    var (queries, keys, values) = (
      byHead(queries, heads, headWidth), byHead(keys, heads, headWidth), byHead(values, heads, headWidth)
    )
    if let rotation {
      queries = rotated(queries, rotation)
      keys = rotated(keys, rotation)
    }
    let scaled = multiply(queries, number(1 / Float(headWidth).squareRoot()))
    var scores = product(scaled, permute(keys, [0, 1, 3, 2]))
    if let mask { scores = add(scores, mask) }
    values = product(softmax(scores), values)
    return reshape(permute(values, [0, 2, 1, 3]), [0, 0, width])
  }

  private mutating func byHead(_ rows: String, _ heads: Int, _ headWidth: Int) -> String {
    permute(reshape(rows, [0, 0, heads, headWidth]), [0, 2, 1, 3])
  }

  private mutating func rotated(_ rows: String, _ rotation: GraphRotation) -> String {
    add(multiply(rows, rotation.cosines), multiply(product(rows, rotation.swap), rotation.sines))
  }

  /// Adds the tables of a rotation, whose rows before the patches aren't turned.
  mutating func rotation(_ rotation: RotaryRotation, headWidth: Int, skipping skipped: Int) -> GraphRotation {
    let tables = rotation.tables
    let rows = skipped + tables.cosines.count / max(headWidth, 1)
    var swap = [Float](repeating: 0, count: headWidth * headWidth)
    for index in 0..<headWidth { swap[index * headWidth + (index ^ 1)] = 1 }
    return GraphRotation(
      cosines: floats([Float](repeating: 1, count: skipped * headWidth) + tables.cosines, shape: [rows, headWidth]),
      sines: floats([Float](repeating: 0, count: skipped * headWidth) + tables.sines, shape: [rows, headWidth]),
      swap: floats(swap, shape: [headWidth, headWidth]))
  }
}
