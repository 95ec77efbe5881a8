import PromptLensCLIP

extension ImageTowerConfiguration {
  /// Floating-point operations of a tower's matrix products and convolutions over all channels for one image, without the
  /// projection behind it. Attention and depthwise convolutions aren't products with weights, and aren't counted.
  var operations: Int {
    switch self {
    case .visionTransformer(let vision):
      let patches = (vision.positions - 1) * 3 * vision.patchSize * vision.patchSize * vision.transformer.width
      return 2 * (vision.transformer.operations(rows: vision.positions, isReadAtOne: true) + patches)
    case .timmTransformer(let tower):
      return 2
        * (tower.transformer.operations(rows: tower.positions, isReadAtOne: tower.pooling == .classToken)
          + tower.stemProducts)
    case .modifiedResNet(let tower): return 2 * tower.operations
    case .convNeXt(let tower): return 2 * tower.products
    }
  }

  /// Floating-point operations of the depthwise convolutions for one image, which read each value a few times only.
  var depthwiseOperations: Int {
    switch self {
    case .visionTransformer, .modifiedResNet: 0
    case .timmTransformer(let tower): 2 * tower.bottlenecks.reduce(0) { $0 + 9 * $1.pixels * $1.inner }
    case .convNeXt(let tower):
      2 * tower.stages.reduce(0) { $0 + $1.depth * $1.pixels * $1.width * tower.kernelSize * tower.kernelSize }
    }
  }
}

extension ModifiedResNetConfiguration {
  /// Multiplications of the convolutions and of the attention pooling, of which one row is read.
  fileprivate var operations: Int {
    var side = resolution / 2
    var sum = side * side * (27 * width / 2 + 9 * width * width / 4 + 9 * width * width / 2)
    side /= 2
    var inputs = width
    for (stage, count) in blocks.enumerated() {
      let planes = width << stage
      for block in 0..<count {
        let stride = stage > 0 && block == 0 ? 2 : 1
        sum += side * side * planes * (inputs + 9 * planes)
        side /= stride
        sum += side * side * 4 * planes * (planes + (inputs == 4 * planes ? 0 : inputs))
        inputs = 4 * planes
      }
    }
    return sum + 2 * (positions + 1) * inputs * inputs
  }
}

extension ConvNeXtConfiguration {
  /// The pixels, the channels and the blocks of each stage.
  fileprivate var stages: [(pixels: Int, width: Int, depth: Int)] {
    zip(widths, depths).enumerated().map { stage, sizes in
      let side = patchSize << stage
      return ((inputSize.height / side) * (inputSize.width / side), sizes.0, sizes.1)
    }
  }

  /// Multiplications of the stem, of the blocks' MLPs, and of the convolutions between stages.
  fileprivate var products: Int {
    var sum = 0
    var inputs = 3 * patchSize * patchSize
    for stage in stages {
      sum += stage.pixels * stage.width * (inputs + 2 * stage.depth * mlpRatio * stage.width)
      inputs = 4 * stage.width
    }
    return sum
  }
}

extension TimmTransformerConfiguration {
  /// Multiplications of the step from pixels to rows, without depthwise convolutions.
  fileprivate var stemProducts: Int {
    switch stem {
    case .patches(let side, _): return grid.count * 3 * side * side * transformer.width
    case .convolutions(let convolutions):
      var (side, inputs, sum) = (1, 3, 0)
      for part in convolutions {
        side *= part.side
        sum += pixels(side) * inputs * part.side * part.side * part.channels
        inputs = part.channels
      }
      return sum
    case .bottlenecks(let stem, let stages):
      let first = pixels(2) * 9 * stem * (3 + stem)
      let last = grid.count * 9 * (stages.last?.channels ?? stem) * transformer.width
      return bottlenecks.reduce(first + last) { sum, block in
        let shortcut = block.inputs == block.outputs ? 0 : block.pixels * block.inputs * block.outputs
        return sum + block.expandedPixels * block.inputs * block.inner + block.pixels * block.inner * block.outputs
          + shortcut
      }
    }
  }

  /// The inverted bottlenecks of a ViTamin's stem: the pixels before and behind the depthwise convolution, and channels.
  fileprivate var bottlenecks: [(expandedPixels: Int, pixels: Int, inputs: Int, inner: Int, outputs: Int)] {
    guard case .bottlenecks(let stem, let stages) = stem else { return [] }
    var (side, inputs) = (2, stem)
    return stages.flatMap { stage in
      (0..<stage.depth).map { block in
        defer { inputs = stage.channels }
        let before = pixels(side)
        if block == 0 { side *= 2 }
        return (before, pixels(side), inputs, 4 * stage.channels, stage.channels)
      }
    }
  }

  /// The number of pixels of an image that is smaller by a factor in both directions.
  private func pixels(_ factor: Int) -> Int { (inputSize.height / factor) * (inputSize.width / factor) }
}

extension TransformerConfiguration {
  /// Multiplications of the blocks' matrix products, of which the last may be for one row only.
  func operations(rows: Int, isReadAtOne: Bool) -> Int {
    let feedForward = (block.feedForward == .plain ? 2 : 3) * width * mlpWidth
    let whole = rows * (4 * width * width + feedForward)
    let last = isReadAtOne ? 2 * width * width * rows + 2 * width * width + feedForward : whole
    return (layers - 1) * whole + last
  }
}
