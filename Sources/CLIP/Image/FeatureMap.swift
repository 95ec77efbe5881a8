import PromptLensImages
import PromptLensKernels
import PromptLensTensors

/// Channels-last images between layers.
package struct FeatureMap {
  let count: Int
  let size: PixelSize
  let channels: Int
  /// `[count, height, width, channels]`.
  package let values: FloatBuffer

  init(count: Int, size: PixelSize, channels: Int) {
    self.count = count
    self.size = size
    self.channels = channels
    values = FloatBuffer(uninitialized: count * size.count * channels)
  }

  /// Creates square images of zeros.
  package init(count: Int, side: Int, channels: Int) {
    self.init(count: count, size: PixelSize(side: side), channels: channels)
    values.pointer.update(repeating: 0, count: values.count)
  }

  /// Creates images of three channels from their planes, `[count, 3, height, width]`.
  init(planes: UnsafePointer<Float>, count: Int, size: PixelSize) {
    self.init(count: count, size: size, channels: 3)
    for image in 0..<count {
      for channel in 0..<3 {
        let plane = planes + (image * 3 + channel) * size.count
        let target = values.pointer + image * size.count * 3 + channel
        for pixel in 0..<size.count { target[pixel * 3] = plane[pixel] }
      }
    }
  }

  /// The number of pixels of all images.
  var pixels: Int { count * size.count }

  /// Returns the outputs of a convolution.
  func convolved(by convolution: Convolution) throws -> FeatureMap {
    let result = FeatureMap(
      count: count,
      size: PixelSize(height: convolution.outputSize(size.height), width: convolution.outputSize(size.width)),
      channels: convolution.outputs)
    try convolution.apply(
      values.pointer, images: count, height: size.height, width: size.width, to: result.values.pointer)
    return result
  }

  /// Returns the outputs of a convolution of each channel by itself.
  func convolved(by convolution: DepthwiseConvolution) -> FeatureMap {
    let result = FeatureMap(
      count: count,
      size: PixelSize(height: convolution.outputSize(size.height), width: convolution.outputSize(size.width)),
      channels: channels)
    for image in 0..<count {
      convolution.apply(
        values.pointer + image * size.count * channels, rows: 0..<size.height, width: size.width,
        outputs: 0..<result.size.height, to: result.values.pointer + image * result.size.count * channels)
    }
    return result
  }

  /// Adds a convolution of `input` to this map, and applies the convolution's ReLU.
  func add(_ convolution: Convolution, of input: FeatureMap) throws {
    try convolution.apply(
      input.values.pointer, images: count, height: input.size.height, width: input.size.width, to: values.pointer,
      accumulate: true)
  }

  /// Returns the means over windows of `window` pixels squared; a remainder at the border is dropped.
  func averagePooled(by window: Int) -> FeatureMap {
    let result = FeatureMap(
      count: count, size: PixelSize(height: size.height / window, width: size.width / window), channels: channels)
    for image in 0..<count {
      kernels().pointee.average_pool(
        values.pointer + image * size.count * channels, result.values.pointer + image * result.size.count * channels,
        size.height, size.width, channels, window)
    }
    return result
  }

  /// Returns the means of the pixels around every second pixel in both directions; of those that lie inside.
  func averagedNeighbors() -> FeatureMap {
    let result = FeatureMap(
      count: count, size: PixelSize(height: (size.height + 1) / 2, width: (size.width + 1) / 2), channels: channels)
    for image in 0..<count {
      kernels().pointee.average_neighbors(
        values.pointer + image * size.count * channels, result.values.pointer + image * result.size.count * channels,
        size.height, size.width, channels)
    }
    return result
  }

  /// Applies GELU in place.
  func applyGELU() { Activation.gelu.forward(values.pointer, count: values.count, to: values.pointer) }
}

/// Means over the rows of each of some sequences of one length.
enum MeanPooling {
  /// Writes the mean of `length` rows of each sequence, of which the first `skipped` are left out.
  static func forward(
    _ rows: UnsafePointer<Float>, sequences: Int, length: Int, skipping skipped: Int = 0, width: Int,
    to: UnsafeMutablePointer<Float>
  ) {
    let share = 1 / Float(max(length - skipped, 1))
    for sequence in 0..<sequences {
      let target = to + sequence * width
      target.update(repeating: 0, count: width)
      for row in skipped..<length { kernels().pointee.add(rows + (sequence * length + row) * width, target, width) }
      for index in 0..<width { target[index] *= share }
    }
  }
}
