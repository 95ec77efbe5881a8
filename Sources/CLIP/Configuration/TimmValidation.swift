extension TimmProjection {
  func validate(_ check: SizeCheck, width: Int, embedDimension: Int) throws(CLIPError) {
    guard self == .none else { return }
    try check.that(
      width == embedDimension, "the embedding dimension", "the image tower's width \(width), since nothing projects it",
      embedDimension)
  }
}

extension ConvNeXtConfiguration {
  func validate(_ check: SizeCheck) throws(CLIPError) {
    try check.input(inputSize)
    try check.size(patchSize, "the ConvNeXt's patch size", atMost: 64)
    try check.size(kernelSize, "the side of the ConvNeXt's depthwise kernels", atMost: 63)
    try check.that(
      kernelSize % 2 == 1, "the side of the ConvNeXt's depthwise kernels", "an odd number", kernelSize)
    try check.that(widths.count == 4, "the ConvNeXt's number of stages", "4", widths.count)
    try check.that(depths.count == 4, "the ConvNeXt's number of stages", "4", depths.count)
    try check.size(mlpRatio, "the ConvNeXt's MLP width in channels", atMost: 16)
    for (stage, (width, depth)) in zip(widths, depths).enumerated() {
      try check.size(width, "the ConvNeXt's number of channels in stage \(stage + 1)", atMost: 1 << 14)
      try check.size(depth, "the ConvNeXt's number of blocks in stage \(stage + 1)", atMost: 256)
    }
    for side in [inputSize.height, inputSize.width] {
      try check.that(
        side >= 8 * patchSize, "the image resolution",
        "at least \(8 * patchSize), since the ConvNeXt divides it by that",
        side)
    }
    try check.epsilon(normEpsilon, "the ConvNeXt's layer-norm epsilon")
  }
}

extension TimmTransformerConfiguration {
  func validate(_ check: SizeCheck) throws(CLIPError) {
    switch stem {
    case .patches(let side, _):
      // SigLIP's So400m takes 384 pixels and leaves out those beyond 27 patches of 14.
      if case .attention = pooling, !hasClassToken {
        try check.input(inputSize)
        try check.size(side, "the patch size", atMost: min(inputSize.height, inputSize.width))
      } else {
        try check.patches(side, of: inputSize)
      }
    case .convolutions(let convolutions):
      try check.input(inputSize)
      try check.size(convolutions.count, "the stem's number of convolutions", atMost: 16)
      for part in convolutions {
        try check.size(part.side, "the side of a kernel of the stem", atMost: 64)
        try check.size(part.channels, "the number of channels of the stem")
      }
      try check.that(
        convolutions.last?.channels == transformer.width, "the number of channels of the stem",
        "the width \(transformer.width)", convolutions.last?.channels ?? 0)
      for side in [inputSize.height, inputSize.width] {
        try check.that(side % stride == 0, "the image resolution", "a multiple of the stem's stride \(stride)", side)
      }
    case .bottlenecks(let channels, let stages):
      try check.input(inputSize)
      try check.size(channels, "the number of channels of the stem", atMost: 1 << 13)
      try check.size(stages.count, "the stem's number of stages", atMost: 4)
      for stage in stages {
        try check.size(stage.channels, "the number of channels of a stage of the stem", atMost: 1 << 13)
        try check.size(stage.depth, "the number of blocks of a stage of the stem", atMost: 256)
      }
    }
    try check.transformer(transformer, of: "image")
    if case .attention(let heads, let mlpWidth) = pooling {
      try check.heads(heads, of: transformer.width, "the attention pooling's number of heads", "the width")
      try check.size(mlpWidth, "the attention pooling's MLP width", atMost: 4 * CLIPConfiguration.largestSize)
    }
    if let rotary {
      try check.size(rotary.reference, "the reference of the rotary embedding", atMost: SizeCheck.largestSide)
      try check.that(
        rotary.offset >= 0 && rotary.offset <= SizeCheck.largestSide, "the offset of the rotary embedding",
        "a number of patches", rotary.offset)
      try check.that(
        transformer.headWidth % 4 == 0, "the width of the image tower's heads",
        "a multiple of 4, as the rotary embedding divides it", transformer.headWidth)
    }
    if case .classToken = pooling {
      try check.that(hasClassToken, "the number of class tokens", "1, since the tower is read there", 0)
    }
  }
}
