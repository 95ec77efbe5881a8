import PromptLensImages
import PromptLensTensors

/// CLIP's ResNet, with a stem of three convolutions, average pooling before strided convolutions, and attention
/// pooling.
///
/// Source: He et al., "Deep Residual Learning" (2016), with the changes of Radford et al. (2021), section 2.4. Images
/// are channels-last inside; batch norms are folded into the convolutions, since CLIP runs them with their running
/// statistics.
struct ModifiedResNet: ImageTower {
  let configuration: ModifiedResNetConfiguration
  private let stem: [Convolution]
  private let blocks: LayerStack<BottleneckBlock>
  let pooling: AttentionPooling

  init(
    configuration: ModifiedResNetConfiguration, source: some TensorSource, precision: ComputePrecision,
    memory: WeightMemory
  ) throws {
    self.configuration = configuration
    stem = try (1...3).map { index in
      try Convolution(
        "visual.conv\(index)", foldingNorm: "visual.bn\(index)", of: source, stride: index == 1 ? 2 : 1, padding: 1,
        relu: true, precision: precision)
    }
    let bottlenecks = configuration.bottlenecks
    blocks = try LayerStack(count: bottlenecks.count, memory: memory) {
      try BottleneckBlock(bottlenecks[$0], of: source, precision: precision, keepsPacked: memory.isKept)
    }
    pooling = try AttentionPooling(
      configuration: configuration, source: source, precision: precision, memory: memory)
  }

  /// About one image of 256 × 256 pixels, whose activations in the first stages fill the cache.
  var chunkSize: Int { max(1, 65536 / (configuration.resolution * configuration.resolution)) }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    try pooling.forward(stages(pixels, count: count), to: to)
  }

  /// Computes the last stage's output.
  func stages(_ pixels: UnsafePointer<Float>, count: Int) throws -> FeatureMap {
    let side = configuration.resolution
    var images = FeatureMap(planes: pixels, count: count, size: PixelSize(side: side))
    for convolution in stem { images = try images.convolved(by: convolution) }
    images = images.averagePooled(by: 2)
    for index in 0..<blocks.count { images = try blocks[index].forward(images) }
    return images
  }
}

/// `y = relu(conv₃(pool(relu(conv₂(relu(conv₁(x)))))) + shortcut(x))`, pooling instead of striding.
struct BottleneckBlock: Sendable {
  private let stride: Int
  private let first: Convolution
  private let second: Convolution
  private let third: Convolution
  private let downsample: Convolution?

  init(
    _ block: ModifiedResNetConfiguration.Bottleneck, of source: some TensorSource, precision: ComputePrecision,
    keepsPacked: Bool
  ) throws {
    func convolution(_ part: String, _ norm: String, padding: Int = 0, relu: Bool) throws -> Convolution {
      try Convolution(
        "visual.\(block.name).\(part)", foldingNorm: "visual.\(block.name).\(norm)", of: source, padding: padding,
        relu: relu, precision: precision, keepsPacked: keepsPacked)
    }
    stride = block.stride
    first = try convolution("conv1", "bn1", relu: true)
    second = try convolution("conv2", "bn2", padding: 1, relu: true)
    third = try convolution("conv3", "bn3", relu: true)
    downsample = block.hasDownsample ? try convolution("downsample.0", "downsample.1", relu: false) : nil
  }

  func forward(_ input: FeatureMap) throws -> FeatureMap {
    var inner = try input.convolved(by: first).convolved(by: second)
    if stride > 1 { inner = inner.averagePooled(by: stride) }
    var shortcut = input
    if let downsample {
      shortcut = try (stride > 1 ? input.averagePooled(by: stride) : input).convolved(by: downsample)
    }
    // Nothing else uses the shortcut, so the third convolution adds its result to it in place.
    try shortcut.add(third, of: inner)
    return shortcut
  }
}
