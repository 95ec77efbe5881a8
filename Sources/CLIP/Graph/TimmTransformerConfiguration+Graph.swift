import PromptLensONNX

extension TimmTransformerConfiguration {
  /// Adds the tower.
  func graph(_ pixels: String, _ builder: inout GraphBuilder) throws -> String {
    let trunk = "visual.trunk"
    let (width, epsilon) = (transformer.width, transformer.normEpsilon)
    var rows = builder.pixelRows(try stem.graph(pixels, epsilon: epsilon, &builder), channels: width)
    func placed(_ value: String) throws -> String {
      builder.add(value, try builder.weight("\(trunk).pos_embed"))
    }
    if positionTable == .patches { rows = try placed(rows) }
    if hasClassToken {
      let own = try builder.repeated(builder.weight("\(trunk).cls_token"), width: width, forEachOf: pixels)
      rows = builder.concatenate([own, rows], axis: 1)
    }
    if positionTable == .all { rows = try placed(rows) }
    if hasInputNorm { rows = try builder.layerNorm(rows, "\(trunk).norm_pre", epsilon: epsilon) }
    let skipped = hasClassToken ? 1 : 0
    let turned = rotary.map { rotary in
      builder.rotation(
        RotaryRotation(rotary, grid: grid, headWidth: transformer.headWidth, skipped: skipped),
        headWidth: transformer.headWidth, skipping: skipped)
    }
    rows = try transformer.graph("\(trunk).blocks.", rows, rotation: turned, &builder)
    let state: String
    switch pooling {
    case .classToken:
      state = try builder.layerNorm(builder.entry(rows, axis: 1, 0), "\(trunk).norm", epsilon: epsilon)
    case .mean:
      let patches = hasClassToken ? builder.dropFirst(rows, axis: 1, 1) : rows
      state = try builder.layerNorm(builder.mean(patches, axes: [1]), "\(trunk).fc_norm", epsilon: epsilon)
    case .attention(let heads, _):
      state = try pooled(
        builder.layerNorm(rows, "\(trunk).norm", epsilon: epsilon), "\(trunk).attn_pool", heads: heads, &builder)
    }
    return try projection.graph(state, classifier: Self.classifier, &builder)
  }

  /// Adds a learned query's attention over all states, and an MLP.
  private func pooled(
    _ rows: String, _ name: String, heads: Int, _ builder: inout GraphBuilder
  ) throws -> String {
    let width = transformer.width
    let query = try builder.linear(
      builder.reshape(builder.weight("\(name).latent"), [1, 1, width]), "\(name).q")
    let parts = builder.split(
      "Split", [try builder.linear(rows, "\(name).kv")], into: 2, ["axis": .integer(-1)])
    let mixed = builder.attention(
      queries: query, keys: parts[0], values: parts[1], heads: heads, width: width)
    let state = try builder.linear(builder.reshape(mixed, [-1, width]), "\(name).proj")
    var inner = try builder.layerNorm(state, "\(name).norm", epsilon: transformer.normEpsilon)
    inner = transformer.activation.graph(try builder.linear(inner, "\(name).mlp.fc1"), &builder)
    return builder.add(state, try builder.linear(inner, "\(name).mlp.fc2"))
  }
}

extension TimmTransformerConfiguration.Stem {
  /// Adds the step from pixels to planes of patches, `[batch, width, rows, columns]`.
  fileprivate func graph(_ pixels: String, epsilon: Float, _ builder: inout GraphBuilder) throws -> String {
    switch self {
    case .patches(let side, let hasBias):
      return try builder.convolution(
        pixels, "visual.trunk.patch_embed.proj", side: side, hasBias: hasBias, stride: side)
    case .convolutions(let parts):
      var images = pixels
      for (index, part) in parts.enumerated() {
        let name = "visual.trunk.patch_embed.backbone.\(index)"
        let isLast = index == parts.count - 1
        images = try builder.convolution(
          images, "\(name).conv", side: part.side, hasBias: isLast, stride: part.side)
        if !isLast { images = builder.gelu(try builder.batchNorm(images, "\(name).bn")) }
      }
      return images
    case .bottlenecks(let channels, let stages):
      let backbone = "visual.trunk.patch_embed.backbone"
      var images = try builder.convolution(pixels, "\(backbone).stem.conv1", side: 3, stride: 2, padding: 1)
      images = builder.gelu(try builder.planeNorm(images, "\(backbone).stem.norm1", epsilon: epsilon))
      images = try builder.convolution(images, "\(backbone).stem.conv2", side: 3, padding: 1)
      for block in Self.bottlenecks(stem: channels, stages: stages) {
        images = try block.graph(images, epsilon: epsilon, &builder)
      }
      images = try builder.planeNorm(images, "\(backbone).pool.norm", epsilon: epsilon)
      return try builder.convolution(images, "\(backbone).pool.proj", side: 3, stride: 2, padding: 1)
    }
  }
}

extension TimmTransformerConfiguration.Stem.Bottleneck {
  /// Adds an inverted bottleneck.
  fileprivate func graph(_ images: String, epsilon: Float, _ builder: inout GraphBuilder) throws -> String {
    var result = try builder.planeNorm(images, "\(name).pre_norm", epsilon: epsilon)
    result = builder.gelu(try builder.convolution(result, "\(name).conv1_1x1", side: 1))
    result = builder.gelu(
      try builder.convolution(result, "\(name).conv2_kxk", side: 3, stride: stride, padding: 1, groups: inner))
    result = try builder.convolution(result, "\(name).conv3_1x1", side: 1)
    var shortcut = images
    if stride > 1 { shortcut = builder.averagePool(shortcut, side: 3, stride: 2, padding: 1) }
    if hasExpansion { shortcut = try builder.convolution(shortcut, "\(name).shortcut.expand", side: 1) }
    return builder.add(shortcut, result)
  }
}

extension GraphBuilder {
  /// Normalizes the channels of each pixel of planes.
  fileprivate mutating func planeNorm(_ images: String, _ name: String, epsilon: Float) throws -> String {
    channelsFirst(try layerNorm(channelsLast(images), name, epsilon: epsilon))
  }
}
