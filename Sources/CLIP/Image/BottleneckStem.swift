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
      let block = bottlenecks[$0]
      return try InvertedBottleneck(
        block.name, stride: block.stride, hasExpansion: block.hasExpansion, epsilon: epsilon, of: source,
        precision: precision, keepsPacked: memory.isKept)
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
