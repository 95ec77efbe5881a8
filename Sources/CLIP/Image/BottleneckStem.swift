import PromptLensImages
import PromptLensTensors

/// Two convolutions, stages of inverted bottlenecks, and a convolution: ViTamin's stem.
///
/// Source: Chen et al., "ViTamin: Designing Scalable Vision Models in the Vision-Language Era" (2024).
struct BottleneckStem: TransformerStem {
  private let inputSize: PixelSize
  private let first: Convolution
  private let firstNorm: LayerNorm
  private let second: Convolution
  private let blocks: LayerStack<InvertedBottleneck>
  private let lastNorm: LayerNorm
  private let last: Convolution

  init(
    _ bottlenecks: [TimmTransformerConfiguration.Stem.Bottleneck], inputSize: PixelSize, epsilon: Float,
    of source: some TensorSource, precision: ComputePrecision, memory: WeightMemory
  ) throws {
    self.inputSize = inputSize
    let backbone = "visual.trunk.patch_embed.backbone"
    func convolution(_ name: String, stride: Int) throws -> Convolution {
      try Convolution(
        "\(backbone).\(name)", of: source, stride: stride, padding: 1, precision: precision,
        keepsPacked: memory.isKept)
    }
    first = try convolution("stem.conv1", stride: 2)
    firstNorm = try LayerNorm("\(backbone).stem.norm1", of: source, epsilon: epsilon)
    second = try convolution("stem.conv2", stride: 1)
    blocks = try LayerStack(count: bottlenecks.count, memory: memory) {
      try InvertedBottleneck(
        bottlenecks[$0], epsilon: epsilon, of: source, precision: precision, keepsPacked: memory.isKept)
    }
    lastNorm = try LayerNorm("\(backbone).pool.norm", of: source, epsilon: epsilon)
    last = try convolution("pool.proj", stride: 2)
  }

  func embed(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, stride: Int) throws {
    var images = try FeatureMap(planes: pixels, count: count, size: inputSize).convolved(by: first)
    firstNorm.forward(images.values.pointer, count: images.pixels, to: images.values.pointer)
    images.applyGELU()
    images = try images.convolved(by: second)
    for index in 0..<blocks.count { images = try blocks[index].forward(images) }
    lastNorm.forward(images.values.pointer, count: images.pixels, to: images.values.pointer)
    try images.convolved(by: last).copyRows(to: to, stride: stride)
  }
}

/// An inverted bottleneck: `shortcut(x) + contraction(gelu(depthwise(gelu(expansion(norm(x))))))`.
private struct InvertedBottleneck: Sendable {
  private let stride: Int
  private let norm: LayerNorm
  private let expansion: Convolution
  private let depthwise: Convolution
  private let contraction: Convolution
  private let shortcut: Convolution?

  init(
    _ block: TimmTransformerConfiguration.Stem.Bottleneck, epsilon: Float, of source: some TensorSource,
    precision: ComputePrecision, keepsPacked: Bool
  ) throws {
    stride = block.stride
    norm = try LayerNorm("\(block.name).pre_norm", of: source, epsilon: epsilon)
    expansion = try Convolution(
      "\(block.name).conv1_1x1", of: source, precision: precision, keepsPacked: keepsPacked)
    depthwise = try Convolution(
      "\(block.name).conv2_kxk", of: source, stride: block.stride, padding: 1, isDepthwise: true, precision: precision,
      keepsPacked: keepsPacked)
    contraction = try Convolution(
      "\(block.name).conv3_1x1", of: source, precision: precision, keepsPacked: keepsPacked)
    shortcut =
      block.hasExpansion
      ? try Convolution(
        "\(block.name).shortcut.expand", of: source, precision: precision, keepsPacked: keepsPacked) : nil
  }

  /// Computes the block's output, in place where it does not halve the sides.
  func forward(_ input: FeatureMap) throws -> FeatureMap {
    var inner = try input.normalized(by: norm).convolved(by: expansion)
    inner.applyGELU()
    inner = try inner.convolved(by: depthwise)
    inner.applyGELU()
    var result = stride > 1 ? input.averagedNeighbors() : input
    if let shortcut { result = try result.convolved(by: shortcut) }
    try result.add(contraction, of: inner)
    return result
  }
}
