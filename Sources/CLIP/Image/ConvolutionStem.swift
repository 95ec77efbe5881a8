import PromptLensImages
import PromptLensTensors

/// Convolutions whose strides are their sides, with a batch norm and GELU after each but the last: MobileCLIP's.
struct ConvolutionStem: TransformerStem {
  private let imageSize: Int
  private let patches: PatchEmbedding
  private let convolutions: [Convolution]

  init(
    _ parts: [TimmTransformerConfiguration.Stem.Convolution], inputSize: PixelSize, of source: some TensorSource,
    precision: ComputePrecision, memory: WeightMemory
  ) throws {
    imageSize = 3 * inputSize.count
    let backbone = "visual.trunk.patch_embed.backbone"
    /// Returns a convolution's weight, with its own bias, or the factors and the shifts of the norm behind it.
    func tensors(_ index: Int) throws -> (weight: Tensor, bias: Tensor, scale: [Double]?) {
      let name = "\(backbone).\(index)"
      let weight = try source.tensor("\(name).conv.weight")
      guard index < parts.count - 1 else { return (weight, try source.tensor("\(name).conv.bias"), nil) }
      let folded = try FoldedBatchNorm("\(name).bn", channels: parts[index].channels, of: source)
      return (weight, try Tensor(folded.shifts, shape: [folded.shifts.count]), folded.factors)
    }
    let first = try tensors(0)
    patches = try PatchEmbedding(
      weight: first.weight, bias: first.bias, scale: first.scale, inputSize: inputSize, precision: precision,
      name: "\(backbone).0.conv.weight")
    convolutions = try (1..<max(parts.count, 1)).map {
      let part = try tensors($0)
      return try Convolution(
        weight: part.weight, bias: part.bias, stride: parts[$0].side, scale: part.scale, relu: false,
        precision: precision, keepsPacked: memory.isKept, name: "\(backbone).\($0).conv.weight")
    }
  }

  func embed(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, stride: Int) throws {
    var images = FeatureMap(count: count, size: patches.grid, channels: patches.width)
    for image in 0..<count {
      try patches.apply(
        pixels + image * imageSize, to: images.values.pointer + image * patches.grid.count * patches.width)
    }
    for convolution in convolutions {
      images.applyGELU()
      images = try images.convolved(by: convolution)
    }
    images.copyRows(to: to, stride: stride)
  }
}
