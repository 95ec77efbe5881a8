import PromptLensCDNNL

/// A 2-D convolution with bias over channels-last images, with an optional ReLU.
package final class Convolution: Sendable {
  private struct Key: Hashable {
    let images: Int
    let height: Int
    let width: Int
    let accumulate: Bool
  }

  /// The number of input channels.
  package let inputs: Int
  /// The number of output channels.
  package let outputs: Int
  private let kernel: Int
  private let stride: Int
  private let padding: Int
  private let precision: ComputePrecision
  private let bias: Tensor
  private let packed: PackedWeights<Key>

  /// Creates a convolution, whose weights are packed at their first use.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs, kernel, kernel]`.
  ///   - bias: `[outputs]`.
  ///   - stride: pixels between outputs.
  ///   - padding: zeros on each side.
  ///   - scale: the factor of each output's weights when they are packed, `[outputs]`; nil for 1 each.
  ///   - relu: whether negative outputs become zero, after an accumulation if there is one.
  ///   - precision: the arithmetic.
  ///   - keepsPacked: whether the packed weights stay for the next image; else each use packs them, and leaves nothing.
  ///   - name: the weight's name, for errors.
  /// - Throws: ``TensorError`` when the shapes do not match.
  package init(
    weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0, scale: [Double]? = nil, relu: Bool,
    precision: ComputePrecision = .float32, keepsPacked: Bool = true, name: String = "weight"
  ) throws(TensorError) {
    let dimensions = weight.shape.dimensions
    guard dimensions.count == 4, dimensions[2] == dimensions[3], weight.shape.count > 0 else {
      throw .shapeMismatch(operation: "convolution", name: name, expected: [-1, -1, -1, -1], found: dimensions)
    }
    guard bias.shape.dimensions == [dimensions[0]] else {
      throw .shapeMismatch(
        operation: "convolution", name: "\(name)'s bias", expected: [dimensions[0]], found: bias.shape.dimensions)
    }
    if let scale, scale.count != dimensions[0] {
      throw .shapeMismatch(
        operation: "convolution", name: "\(name)'s scale", expected: [dimensions[0]], found: [scale.count])
    }
    let (outputs, inputs, kernel) = (dimensions[0], dimensions[1], dimensions[2])
    (self.outputs, self.inputs, self.kernel) = (outputs, inputs, kernel)
    self.stride = stride
    self.padding = padding
    self.precision = precision
    self.bias = bias.converted(to: .float32)
    packed = PackedWeights(
      isKept: keepsPacked,
      create: { (key) throws(TensorError) in
        try Plan("convolution with \(name)") { plan, engine in
          pl_convolution_create(
            &plan, engine, Int64(key.images), Int64(inputs), Int64(key.height), Int64(key.width), Int64(outputs),
            Int64(kernel), Int64(stride), Int64(padding), precision.dataType, key.accumulate ? 1 : 0, relu ? 1 : 0)
        }
      },
      pack: { (plan) throws(TensorError) in
        // The packed copy is used from here on, so a mapped file's pages can be released.
        defer { weight.releasePages() }
        return try (scale.map { (scale) throws(TensorError) in try weight.scaled(by: scale) } ?? weight).withFloats {
          (floats) throws(TensorError) in
          guard let base = floats.baseAddress else { return Storage(count: 0) { _ in } }
          let plane = kernel * kernel
          return try plan.pack(base, dimensions: dimensions, strides: [inputs * plane, plane, kernel, 1])
        }
      })
  }

  /// Returns the side of the output for a side of the input.
  package func outputSize(_ size: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }

  /// Applies the convolution.
  ///
  /// - Parameters:
  ///   - source: `[images, height, width, inputs]`.
  ///   - images: the number of images.
  ///   - height: their height in pixels.
  ///   - width: their width in pixels.
  ///   - to: `[images, outputSize(height), outputSize(width), outputs]`.
  ///   - accumulate: whether the result is added to the contents of `to`.
  /// - Throws: ``TensorError`` when oneDNN fails.
  package func apply(
    _ source: UnsafePointer<Float>, images: Int, height: Int, width: Int, to: UnsafeMutablePointer<Float>,
    accumulate: Bool = false
  ) throws(TensorError) {
    let key = Key(images: images, height: height, width: width, accumulate: accumulate)
    let (plan, weights) = try packed.entry(for: key)
    try withSource(source, count: images * height * width * inputs, precision: precision) {
      (source) throws(TensorError) in
      try bias.withFloats { (bias) throws(TensorError) in
        try plan.run(source: source, weights: weights, bias: bias.baseAddress, to: to)
      }
    }
  }
}
