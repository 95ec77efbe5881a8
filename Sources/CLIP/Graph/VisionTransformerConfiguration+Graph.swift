import PromptLensONNX

extension VisionTransformerConfiguration {
  /// Adds the tower.
  ///
  /// - Parameters:
  ///   - pixels: the normalized images.
  ///   - prompts: the tokens behind the other rows of each block that has some, as they stand before it; empty for none.
  ///   - builder: receives the operators.
  /// - Returns: the features.
  /// - Throws: the source's error when it lacks a weight.
  func graph(_ pixels: String, prompts: [Int: [Float]] = [:], _ builder: inout GraphBuilder) throws -> String {
    let width = transformer.width
    let planes = try builder.convolution(
      pixels, "visual.conv1", side: patchSize, hasBias: false, stride: patchSize)
    let own = try builder.repeated(builder.weight("visual.class_embedding"), width: width, forEachOf: pixels)
    var rows = builder.concatenate([own, builder.pixelRows(planes, channels: width)], axis: 1)
    rows = builder.add(rows, try builder.weight("visual.positional_embedding"))
    let epsilon = transformer.normEpsilon
    if hasInputNorm { rows = try builder.layerNorm(rows, "visual.ln_pre", epsilon: epsilon) }
    let first = prompts.keys.min() ?? 0
    rows = try transformer.graph("visual.transformer.resblocks.", rows, &builder) { layer, rows, builder in
      guard let tokens = prompts[layer] else { return rows }
      let count = tokens.count / width
      let placed = builder.repeated(
        builder.floats(tokens, shape: [count, width]), rows: count, width: width, forEachOf: pixels)
      // Those of earlier blocks make room.
      let own = layer == first ? rows : builder.slice(rows, axis: 1, 0..<positions)
      return builder.concatenate([own, placed], axis: 1)
    }
    func normalized(_ value: String) throws -> String {
      try builder.layerNorm(value, "visual.ln_post", epsilon: epsilon)
    }
    let state: String
    if let pooler {
      state = try normalized(pooler.graph(rows, width: width, &builder))
    } else if pooling == .classToken {
      state = try normalized(builder.entry(rows, axis: 1, 0))
    } else {
      let states = normsAfterPooling ? rows : try normalized(rows)
      let mean = builder.mean(builder.dropFirst(states, axis: 1, 1), axes: [1])
      state = normsAfterPooling ? try normalized(mean) : mean
    }
    return builder.product(state, try builder.weight("visual.proj"))
  }
}

extension VisionTransformerConfiguration.AttentionalPooler {
  /// ε of both norms, open_clip's `nn.LayerNorm`.
  private static let epsilon: Float = 1e-5

  /// Adds the attention of the first query over rows `[batch, rows, width]`; its result is `[batch, outputs]`.
  fileprivate func graph(_ rows: String, width: Int, _ builder: inout GraphBuilder) throws -> String {
    let name = "visual.attn_pool"
    let outputs = try builder.width(of: "\(name).query")
    let query = try builder.layerNorm(
      builder.slice(builder.weight("\(name).query"), axis: 0, 0..<1), "\(name).ln_q", epsilon: Self.epsilon)
    let keys = try builder.layerNorm(rows, "\(name).ln_k", epsilon: Self.epsilon)
    let bias = try builder.weight("\(name).attn.in_proj_bias")
    // PyTorch keeps one matrix where queries, keys and values have one width.
    func projected(_ value: String, _ index: Int) throws -> String {
      let part = index * outputs..<(index + 1) * outputs
      let matrix =
        width == outputs
        ? builder.slice(try builder.weight("\(name).attn.in_proj_weight"), axis: 0, part)
        : try builder.weight("\(name).attn.\(["q", "k", "v"][index])_proj_weight")
      return builder.linear(value, matrix: matrix, bias: builder.slice(bias, axis: 0, part))
    }
    let asked = builder.reshape(try projected(query, 0), [1, 1, outputs])
    let mixed = builder.attention(
      queries: asked, keys: try projected(keys, 1), values: try projected(keys, 2), heads: heads, width: outputs)
    return try builder.linear(builder.reshape(mixed, [-1, outputs]), "\(name).attn.out_proj")
  }
}
