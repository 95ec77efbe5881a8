import PromptLensImages
import PromptLensTensors

/// An inverted bottleneck: `shortcut(x) + contraction(gelu(depthwise(gelu(expansion(norm(x))))))`.
package struct InvertedBottleneck: Sendable {
  private let stride: Int
  private let norm: LayerNorm
  private let expansion: Convolution
  private let depthwise: DepthwiseConvolution
  private let contraction: Convolution
  private let shortcut: Convolution?

  /// Reads a block's tensors.
  ///
  /// - Parameters:
  ///   - name: the block's name in the state dict.
  ///   - stride: pixels between outputs, 1 or 2.
  ///   - hasExpansion: whether the shortcut changes the channels.
  ///   - epsilon: ε of the norm.
  ///   - source: the state dict.
  ///   - precision: the arithmetic of the products.
  ///   - keepsPacked: whether packed weights stay for the next pass.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    _ name: String, stride: Int, hasExpansion: Bool, epsilon: Float, of source: some TensorSource,
    precision: ComputePrecision, keepsPacked: Bool
  ) throws {
    func convolution(_ part: String) throws -> Convolution {
      try Convolution("\(name).\(part)", of: source, precision: precision, keepsPacked: keepsPacked)
    }
    self.stride = stride
    norm = try LayerNorm("\(name).pre_norm", of: source, epsilon: epsilon)
    expansion = try convolution("conv1_1x1")
    depthwise = try DepthwiseConvolution("\(name).conv2_kxk", of: source, stride: stride, padding: 1)
    contraction = try convolution("conv3_1x1")
    shortcut = hasExpansion ? try convolution("shortcut.expand") : nil
  }

  /// Computes the block's output, in place where it does not halve the sides.
  ///
  /// - Parameters:
  ///   - input: the images.
  ///   - bandFloats: the number of floats of the expansion that are computed at a time, about.
  /// - Returns: the output, which has the memory of `input` where the stride is 1.
  /// - Throws: `TensorError` when oneDNN fails.
  package func forward(_ input: FeatureMap, bandFloats: Int = InvertedBottleneck.bandFloats) throws -> FeatureMap {
    var result = stride > 1 ? input.averagedNeighbors() : input
    if let shortcut { result = try result.convolved(by: shortcut) }
    for image in 0..<input.count {
      try addBranch(
        of: input.values.pointer + image * input.size.count * input.channels, size: input.size,
        to: result.values.pointer + image * result.size.count * result.channels, size: result.size,
        bandFloats: bandFloats)
    }
    return result
  }

  /// Adds the output of norm, expansion, depthwise convolution and contraction to one image, which may be the input.
  ///
  /// Some rows of the output are computed at a time, so that the expansion, many times as large as the input, stays in cache.
  /// Rows of the expansion that the next rows of the output also need are kept, since their input may be overwritten.
  private func addBranch(
    of input: UnsafePointer<Float>, size: PixelSize, to output: UnsafeMutablePointer<Float>,
    size outputSize: PixelSize, bandFloats: Int
  ) throws {
    let rowFloats = size.width * expansion.outputs
    let step = max(bandFloats / (rowFloats * stride), 1)
    let most = min(step, outputSize.height)
    let rows = depthwise.inputRows(of: 1..<1 + most, height: .max).count
    let normalized = FloatBuffer(uninitialized: rows * size.width * expansion.inputs)
    let inner = FloatBuffer(uninitialized: rows * rowFloats)
    let mixed = FloatBuffer(uninitialized: most * outputSize.width * contraction.inputs)
    var held = 0..<0
    for start in Swift.stride(from: 0, to: outputSize.height, by: step) {
      let outputs = start..<min(start + step, outputSize.height)
      let needed = depthwise.inputRows(of: outputs, height: size.height)
      let kept = max(held.upperBound - needed.lowerBound, 0)
      inner.pointer.update(
        from: inner.pointer + (held.count - kept) * rowFloats, count: kept * rowFloats)
      let added = needed.count - kept
      if added > 0 {
        let pixels = added * size.width
        norm.forward(
          input + (needed.upperBound - added) * size.width * expansion.inputs, count: pixels, to: normalized.pointer)
        let target = inner.pointer + kept * rowFloats
        try expansion.apply(normalized.pointer, images: 1, height: added, width: size.width, to: target)
        Activation.gelu.forward(target, count: pixels * expansion.outputs, to: target)
      }
      held = needed
      let pixels = outputs.count * outputSize.width
      depthwise.apply(inner.pointer, rows: needed, width: size.width, outputs: outputs, to: mixed.pointer)
      Activation.gelu.forward(mixed.pointer, count: pixels * contraction.inputs, to: mixed.pointer)
      try contraction.apply(
        mixed.pointer, images: 1, height: outputs.count, width: outputSize.width,
        to: output + start * outputSize.width * contraction.outputs, accumulate: true)
    }
  }

  /// Half of a second-level cache of 1 MiB.
  package static let bandFloats = 131072
}
