import PromptLensKernels

/// The transform that CLIP's image tower expects at evaluation: resize, center crop, normalize.
///
/// The shorter side is resized to the resolution by Pillow's bicubic interpolation, the center square cut out, and each
/// channel normalized to `(x/255 − mean)/std`. Bytes are Pillow's and numbers torchvision's, to the last bit.
/// Source: OpenAI's `clip._transform`; torchvision's `Resize`, `CenterCrop`, `ToTensor` and `Normalize`.
package struct EvaluationTransform: Sendable, Equatable {
  /// The time at which a picture that isn't RGB is converted. For RGB files the orders agree.
  package enum Order: String, Sendable, Equatable, CaseIterable {
    /// The conversion before the resize, as in CoOp's (Dassl's) reader.
    case convertFirst
    /// The conversion after the crop, as in OpenAI's code and open_clip: palettes are resized to the nearest pixel,
    /// alpha premultiplied.
    case resizeInOwnMode
  }

  /// The side of the output in pixels.
  package let resolution: Int
  /// The mean of each channel, of values from 0 to 1.
  package let mean: [Float]
  /// The standard deviation of each channel.
  package let std: [Float]
  /// The time at which a picture is converted to RGB.
  package let order: Order
  /// The normalized value of each byte, `[3, 256]`.
  private let tables: [Float]

  /// The mean of OpenAI's training.
  package static let openAIMean: [Float] = [0.48145466, 0.4578275, 0.40821073]
  /// The standard deviation of OpenAI's training.
  package static let openAIStd: [Float] = [0.26862954, 0.26130258, 0.27577711]

  /// Creates a transform.
  ///
  /// - Throws: ``ImageError`` when the resolution isn't from 1 to 4,096, or means and deviations aren't three finite
  ///   numbers each, the deviations positive.
  package init(
    resolution: Int, mean: [Float] = openAIMean, std: [Float] = openAIStd, order: Order = .convertFirst
  ) throws(ImageError) {
    guard (1...4096).contains(resolution) else {
      throw .invalidTransform(setting: "resolution", expected: "1 to 4096", found: "\(resolution)")
    }
    guard mean.count == 3, mean.allSatisfy(\.isFinite) else {
      throw .invalidTransform(setting: "mean", expected: "three finite numbers", found: "\(mean)")
    }
    guard std.count == 3, std.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .invalidTransform(setting: "std", expected: "three positive numbers", found: "\(std)")
    }
    self.resolution = resolution
    self.mean = mean
    self.std = std
    self.order = order
    tables = zip(mean, std).flatMap { mean, std in (0...255).map { (Float($0) / 255 - mean) / std } }
  }

  /// The number of floats in the output, `3 · resolution²`.
  package var outputCount: Int { 3 * resolution * resolution }

  /// Returns the picture before it is normalized: `[resolution, resolution, 3]`, interleaved RGB.
  package func pixels(of image: DecodedImage) -> [UInt8] {
    let source = order == .convertFirst ? image.convertedToRGB() : image
    return source.resized(centerCrop(width: source.width, height: source.height)).convertedToRGB().bytes
  }

  /// Writes the normalized picture, `[3, resolution, resolution]`.
  ///
  /// - Throws: ``ImageError/bufferSize(expected:found:)`` when the buffer does not hold ``outputCount`` numbers.
  package func apply(
    to image: DecodedImage, into output: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) {
    try normalize(pixels(of: image), into: output)
  }

  /// Returns the normalized picture, `[3, resolution, resolution]`.
  package func apply(to image: DecodedImage) -> [Float] {
    let pixels = pixels(of: image)
    return [Float](unsafeUninitializedCapacity: outputCount) { output, initialized in
      pl_rgb_to_planes(pixels, resolution * resolution, tables, output.baseAddress)
      initialized = outputCount
    }
  }

  /// Writes pixels, `[resolution, resolution, 3]`, normalized and plane by plane.
  func normalize(_ pixels: [UInt8], into output: UnsafeMutableBufferPointer<Float>) throws(ImageError) {
    guard output.count == outputCount else {
      throw .bufferSize(expected: outputCount, found: output.count)
    }
    pl_rgb_to_planes(pixels, resolution * resolution, tables, output.baseAddress)
  }

  /// Returns the resize and the crop of the center.
  ///
  /// The shorter side becomes the resolution, the longer one `⌊resolution · long / short⌋`; half of the excess is cut
  /// off at the start, rounded to even as Python rounds.
  private func centerCrop(width: Int, height: Int) -> Resize {
    let short = min(width, height)
    func resized(_ side: Int) -> Int { side == short ? resolution : Int(Double(resolution * side) / Double(short)) }
    func center(_ side: Int) -> Range<Int> {
      let start = Int((Double(side - resolution) / 2).rounded(.toNearestOrEven))
      return start..<start + resolution
    }
    let (newWidth, newHeight) = (resized(width), resized(height))
    return Resize(width: newWidth, height: newHeight, columns: center(newWidth), rows: center(newHeight))
  }
}

extension EvaluationTransform: CustomStringConvertible {
  /// The transform in words and numbers; equal transforms have equal descriptions.
  package var description: String {
    "evaluation: shorter side to \(resolution) px by Pillow's bicubic, center crop, \(normalization)"
  }

  /// A description of when pictures are converted to RGB and how numbers are normalized.
  var normalization: String {
    "\(order == .convertFirst ? "RGB before the resize" : "RGB after the crop"), mean \(mean), std \(std)"
  }
}
