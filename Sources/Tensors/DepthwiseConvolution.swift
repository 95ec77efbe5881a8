import PromptLensKernels

/// A 2-D convolution of each channel by itself, with bias, over channels-last images; f32 in every precision.
package struct DepthwiseConvolution: Sendable {
  /// The number of channels.
  package let channels: Int
  private let kernel: Int
  private let stride: Int
  private let padding: Int
  /// `[kernel, kernel, channels]`.
  private let weights: FloatBuffer
  private let bias: Tensor

  /// Creates a convolution.
  ///
  /// - Parameters:
  ///   - weight: `[channels, 1, kernel, kernel]`.
  ///   - bias: `[channels]`.
  ///   - stride: pixels between outputs.
  ///   - padding: zeros on each side.
  ///   - name: the weight's name, for errors.
  /// - Throws: ``TensorError`` when the shapes do not match.
  package init(
    weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0, name: String = "weight"
  ) throws(TensorError) {
    let dimensions = weight.shape.dimensions
    guard dimensions.count == 4, dimensions[1] == 1, dimensions[2] == dimensions[3], weight.shape.count > 0 else {
      throw .shapeMismatch(
        operation: "depthwise convolution", name: name, expected: [-1, 1, -1, -1], found: dimensions)
    }
    guard bias.shape.dimensions == [dimensions[0]] else {
      throw .shapeMismatch(
        operation: "depthwise convolution", name: "\(name)'s bias", expected: [dimensions[0]],
        found: bias.shape.dimensions)
    }
    let (channels, kernel) = (dimensions[0], dimensions[2])
    (self.channels, self.kernel) = (channels, kernel)
    self.stride = stride
    self.padding = padding
    self.bias = bias.converted(to: .float32)
    weights = FloatBuffer(uninitialized: weight.shape.count)
    let target = weights.pointer
    weight.withFloats { floats in
      for channel in 0..<channels {
        for tap in 0..<kernel * kernel { target[tap * channels + channel] = floats[channel * kernel * kernel + tap] }
      }
    }
    weight.releasePages()
  }

  /// Returns the side of the output for a side of the input.
  package func outputSize(_ size: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }

  /// Returns the rows that some rows of the output are computed from, of an input of `height` rows.
  package func inputRows(of outputs: Range<Int>, height: Int) -> Range<Int> {
    let first = min(max(outputs.lowerBound * stride - padding, 0), height)
    return first..<max(first, min((outputs.upperBound - 1) * stride - padding + kernel, height))
  }

  /// Computes some rows of an image's output.
  ///
  /// - Parameters:
  ///   - source: `[rows, width, channels]`.
  ///   - rows: the source's rows of the input, with all of ``inputRows(of:height:)``.
  ///   - width: the input's width in pixels.
  ///   - outputs: the rows of the output.
  ///   - to: `[outputs, outputSize(width), channels]`.
  package func apply(
    _ source: UnsafePointer<Float>, rows: Range<Int>, width: Int, outputs: Range<Int>,
    to: UnsafeMutablePointer<Float>
  ) {
    let sizes = depthwise_sizes(
      width: width, outputs: outputSize(width), channels: channels, size: kernel, stride: stride, padding: padding)
    bias.withFloats { bias in
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: kernel) { taps in
        for output in outputs {
          for tap in 0..<kernel {
            let row = output * stride + tap - padding
            taps.initializeElement(
              at: tap, to: rows.contains(row) ? source + (row - rows.lowerBound) * width * channels : nil)
          }
          kernels().pointee.depthwise_row(
            taps.baseAddress, to + (output - outputs.lowerBound) * sizes.outputs * channels, sizes, weights.pointer,
            bias.baseAddress)
        }
      }
    }
  }
}
