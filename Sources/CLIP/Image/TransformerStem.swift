import PromptLensKernels
import PromptLensTensors

/// A step from pixels to the rows of a transformer.
protocol TransformerStem: Sendable {
  /// Embeds images.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - count: the number of images.
  ///   - to: the first image's first patch; its rows are contiguous.
  ///   - stride: floats between the first patches of images.
  /// - Throws: `TensorError` when oneDNN fails.
  func embed(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, stride: Int) throws
}

extension TimmTransformerConfiguration {
  /// Reads the stem's tensors.
  ///
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  func makeStem(
    of source: some TensorSource, precision: ComputePrecision, memory: WeightMemory
  ) throws -> any TransformerStem {
    switch stem {
    case .patches(_, let hasBias):
      let name = "visual.trunk.patch_embed.proj"
      return PatchStem(
        imageSize: 3 * inputSize.count,
        patches: try PatchEmbedding(
          weight: source.tensor("\(name).weight"), bias: hasBias ? source.tensor("\(name).bias") : nil,
          inputSize: inputSize, precision: precision, name: "\(name).weight"))
    case .convolutions(let convolutions):
      return try ConvolutionStem(convolutions, inputSize: inputSize, of: source, precision: precision, memory: memory)
    case .bottlenecks(let channels, let stages):
      return try BottleneckStem(
        Self.Stem.bottlenecks(stem: channels, stages: stages), inputSize: inputSize,
        epsilon: transformer.normEpsilon, of: source, precision: precision, memory: memory)
    }
  }
}

/// One convolution whose stride is its side.
private struct PatchStem: TransformerStem {
  let imageSize: Int
  let patches: PatchEmbedding

  func embed(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, stride: Int) throws {
    for image in 0..<count { try patches.apply(pixels + image * imageSize, to: to + image * stride) }
  }
}

extension FeatureMap {
  /// Copies each image's pixels, as rows, to memory with `stride` floats between images.
  func copyRows(to: UnsafeMutablePointer<Float>, stride: Int) {
    let floats = size.count * channels
    for image in 0..<count {
      (to + image * stride).update(from: values.pointer + image * floats, count: floats)
    }
  }
}
