import PromptLensImages
import PromptLensTensors

/// A ConvNeXt, averaged over the image before its last norm.
struct ConvNeXt: ImageTower {
  private let configuration: ConvNeXtConfiguration
  private let stem: PatchEmbedding
  private let stemNorm: LayerNorm
  private let parts: LayerStack<ConvNeXtPart>
  private let outputNorm: LayerNorm
  private let head: TimmHead

  init(
    configuration: ConvNeXtConfiguration, source: some TensorSource, precision: ComputePrecision, memory: WeightMemory
  ) throws {
    self.configuration = configuration
    stem = try PatchEmbedding(
      weight: source.tensor("visual.trunk.stem.0.weight"), bias: source.tensor("visual.trunk.stem.0.bias"),
      inputSize: configuration.inputSize, precision: precision, name: "visual.trunk.stem.0.weight")
    stemNorm = try LayerNorm("visual.trunk.stem.1", of: source, epsilon: configuration.normEpsilon)
    let names = configuration.depths.enumerated().flatMap { stage, depth -> [(name: String, isBlock: Bool)] in
      let name = "visual.trunk.stages.\(stage)"
      let blocks = (0..<depth).map { ("\(name).blocks.\($0)", true) }
      return stage == 0 ? blocks : [("\(name).downsample", false)] + blocks
    }
    parts = try LayerStack(count: names.count, memory: memory) {
      let (name, isBlock) = names[$0]
      return isBlock
        ? .block(
          try ConvNeXtBlock(
            name, of: source, configuration: configuration, precision: precision, keepsPacked: memory.isKept))
        : .downsampling(
          norm: try LayerNorm("\(name).0", of: source, epsilon: configuration.normEpsilon),
          try Convolution(
            "\(name).1", of: source, stride: 2, precision: precision, keepsPacked: memory.isKept))
    }
    outputNorm = try LayerNorm("visual.trunk.head.norm", of: source, epsilon: configuration.normEpsilon)
    head = try TimmHead(
      configuration.projection, classifier: ConvNeXtConfiguration.classifier, of: source, precision: precision)
  }

  /// About one image of 256 × 256 pixels, whose activations in the first stages fill the cache.
  var chunkSize: Int { max(1, 65536 / configuration.inputSize.count) }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    var images = FeatureMap(count: count, size: stem.grid, channels: stem.width)
    for image in 0..<count {
      try stem.apply(
        pixels + image * 3 * configuration.inputSize.count,
        to: images.values.pointer + image * stem.grid.count * stem.width)
    }
    stemNorm.forward(images.values.pointer, count: images.pixels, to: images.values.pointer)
    for index in 0..<parts.count {
      switch try parts[index] {
      case .block(let block): try block.forward(images)
      case .downsampling(let norm, let convolution):
        norm.forward(images.values.pointer, count: images.pixels, to: images.values.pointer)
        images = try images.convolved(by: convolution)
      }
    }
    let states = FloatBuffer(uninitialized: count * images.channels)
    MeanPooling.forward(
      images.values.pointer, sequences: count, length: images.size.count, width: images.channels, to: states.pointer)
    outputNorm.forward(states.pointer, count: count, to: states.pointer)
    try head.forward(states.pointer, count: count, width: images.channels, to: to)
  }
}

/// A part of a ConvNeXt between its stem and its head.
private enum ConvNeXtPart: Sendable {
  case downsampling(norm: LayerNorm, Convolution)
  case block(ConvNeXtBlock)
}

/// One block: `x += γ · mlp(norm(depthwise(x)))`.
private struct ConvNeXtBlock: Sendable {
  private let depthwise: DepthwiseConvolution
  private let norm: LayerNorm
  private let expansion: LinearLayer
  private let contraction: LinearLayer

  init(
    _ name: String, of source: some TensorSource, configuration: ConvNeXtConfiguration, precision: ComputePrecision,
    keepsPacked: Bool
  ) throws {
    depthwise = try DepthwiseConvolution("\(name).conv_dw", of: source, padding: configuration.kernelSize / 2)
    norm = try LayerNorm("\(name).norm", of: source, epsilon: configuration.normEpsilon)
    expansion = try LinearLayer("\(name).mlp.fc1", of: source, precision: precision, keepsPacked: keepsPacked)
    contraction = try LinearLayer(
      "\(name).mlp.fc2", of: source, scale: source.tensor("\(name).gamma").floats(), precision: precision,
      keepsPacked: keepsPacked)
  }

  /// Updates images in place. The norm and the MLP go over some pixels at a time, so that their rows stay in cache.
  func forward(_ images: FeatureMap) throws {
    let mixed = images.convolved(by: depthwise)
    let inner = FloatBuffer(uninitialized: min(Self.rows, mixed.pixels) * expansion.outputs)
    for start in stride(from: 0, to: mixed.pixels, by: Self.rows) {
      let count = min(Self.rows, mixed.pixels - start)
      let rows = mixed.values.pointer + start * mixed.channels
      norm.forward(rows, count: count, to: rows)
      try expansion.apply(rows, rows: count, to: inner.pointer)
      Activation.gelu.forward(inner.pointer, count: count * expansion.outputs, to: inner.pointer)
      try contraction.apply(
        inner.pointer, rows: count, to: images.values.pointer + start * images.channels, accumulate: true)
    }
  }

  /// The number of pixels that go through the MLP at a time.
  private static let rows = 512
}
