import PromptLensONNX

extension ConvNeXtConfiguration {
  /// Adds the network. Channels are last between convolutions, for norms and MLPs.
  func graph(_ pixels: String, _ builder: inout GraphBuilder) throws -> String {
    let trunk = "visual.trunk"
    var images = builder.channelsLast(
      try builder.convolution(pixels, "\(trunk).stem.0", side: patchSize, stride: patchSize))
    images = try builder.layerNorm(images, "\(trunk).stem.1", epsilon: normEpsilon)
    for (stage, (width, depth)) in zip(widths, depths).enumerated() {
      let name = "\(trunk).stages.\(stage)"
      if stage > 0 {
        images = try builder.layerNorm(images, "\(name).downsample.0", epsilon: normEpsilon)
        images = builder.channelsLast(
          try builder.convolution(builder.channelsFirst(images), "\(name).downsample.1", side: 2, stride: 2))
      }
      for block in 0..<depth {
        images = try self.block(images, "\(name).blocks.\(block)", width: width, &builder)
      }
    }
    let state = try builder.layerNorm(
      builder.mean(images, axes: [1, 2]), "\(trunk).head.norm", epsilon: normEpsilon)
    return try projection.graph(state, classifier: Self.classifier, &builder)
  }

  private func block(
    _ images: String, _ name: String, width: Int, _ builder: inout GraphBuilder
  ) throws -> String {
    let mixed = builder.channelsLast(
      try builder.convolution(
        builder.channelsFirst(images), "\(name).conv_dw", side: kernelSize, padding: kernelSize / 2, groups: width))
    var inner = try builder.layerNorm(mixed, "\(name).norm", epsilon: normEpsilon)
    inner = builder.gelu(try builder.linear(inner, "\(name).mlp.fc1"))
    return builder.add(images, try builder.linear(inner, "\(name).mlp.fc2", scale: "\(name).gamma"))
  }
}
