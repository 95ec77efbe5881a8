import PromptLensONNX

extension ModifiedResNetConfiguration {
  /// Adds the network and its attention pooling.
  func graph(_ pixels: String, embedDimension: Int, _ builder: inout GraphBuilder) throws -> String {
    var images = pixels
    for index in 1...3 {
      images = try builder.normalizedConvolution(
        images, "visual.conv\(index)", "visual.bn\(index)", side: 3, stride: index == 1 ? 2 : 1, padding: 1)
      images = builder.call("Relu", [images])
    }
    images = builder.averagePool(images, side: 2, stride: 2)
    for block in bottlenecks { images = try block.graph(images, &builder) }
    return try pooled(images, embedDimension: embedDimension, &builder)
  }

  /// Adds the attention of the mean over itself and all positions.
  private func pooled(_ images: String, embedDimension: Int, _ builder: inout GraphBuilder) throws -> String {
    let name = "visual.attnpool"
    let pixels = builder.pixelRows(images, channels: outputChannels)
    var rows = builder.concatenate([builder.mean(pixels, axes: [1], keepsAxes: true), pixels], axis: 1)
    rows = builder.add(rows, try builder.weight("\(name).positional_embedding"))
    let mixed = builder.attention(
      queries: try builder.linear(builder.slice(rows, axis: 1, 0..<1), "\(name).q_proj"),
      keys: try builder.linear(rows, "\(name).k_proj"), values: try builder.linear(rows, "\(name).v_proj"),
      heads: heads, width: outputChannels)
    return try builder.linear(builder.reshape(mixed, [-1, outputChannels]), "\(name).c_proj")
  }
}

extension ModifiedResNetConfiguration.Bottleneck {
  /// Adds the block, which pools instead of striding.
  fileprivate func graph(_ images: String, _ builder: inout GraphBuilder) throws -> String {
    let name = "visual.\(name)"
    var inner = images
    for (index, side) in [(1, 1), (2, 3)] {
      inner = try builder.normalizedConvolution(
        inner, "\(name).conv\(index)", "\(name).bn\(index)", side: side, padding: side / 2)
      inner = builder.call("Relu", [inner])
    }
    if stride > 1 { inner = builder.averagePool(inner, side: stride, stride: stride) }
    inner = try builder.normalizedConvolution(inner, "\(name).conv3", "\(name).bn3", side: 1)
    var shortcut = images
    if hasDownsample {
      if stride > 1 { shortcut = builder.averagePool(shortcut, side: stride, stride: stride) }
      shortcut = try builder.normalizedConvolution(
        shortcut, "\(name).downsample.0", "\(name).downsample.1", side: 1)
    }
    return builder.call("Relu", [builder.add(inner, shortcut)])
  }
}

extension GraphBuilder {
  /// Adds a convolution without a bias and the batch norm behind it.
  fileprivate mutating func normalizedConvolution(
    _ images: String, _ name: String, _ norm: String, side: Int, stride: Int = 1, padding: Int = 0
  ) throws -> String {
    try batchNorm(
      convolution(images, name, side: side, hasBias: false, stride: stride, padding: padding), norm)
  }
}
