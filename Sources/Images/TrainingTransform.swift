/// The transform of CoOp's training: random resized crop, mirrored half of the time, normalized.
///
/// The crop is cut out, resized to the tower's input by the preprocessing's filter, and rescaled and normalized as
/// ``EvaluationTransform`` does; of a ``Preprocessing``, the resize, the crop and the border have no use here. Bytes are
/// those of torchvision's `RandomResizedCrop(size, interpolation=…)` and `RandomHorizontalFlip()` on Pillow images, given
/// the same random numbers.
package struct TrainingTransform: Sendable, Equatable {
  private let evaluation: EvaluationTransform
  /// The smallest share of the area in a crop.
  private let leastArea: Double

  /// The smallest share of the area in a crop of CoOp's.
  package static let leastArea = 0.08

  /// Creates a transform with the settings of an evaluation transform.
  ///
  /// - Parameters:
  ///   - evaluation: the transform whose input size, filter, normalization, and order are used.
  ///   - leastArea: the smallest share of the area in a crop.
  package init(like evaluation: EvaluationTransform, leastArea: Double = Self.leastArea) {
    self.evaluation = evaluation
    self.leastArea = leastArea
  }

  /// The number of floats in the output, three channels.
  package var outputCount: Int { evaluation.outputCount }

  /// Returns a view before it is normalized: `[height, width, 3]` of the tower's input, interleaved RGB.
  package func pixels(of image: DecodedImage, numbers: inout some AugmentationNumbers) -> [UInt8] {
    let source = evaluation.order == .convertFirst ? image.convertedToRGB() : image
    let crop = RandomResizedCrop(
      width: source.width, height: source.height, leastArea: Float(leastArea), numbers: &numbers)
    let size = evaluation.inputSize
    let resized = source.cropped(crop)
      .resized(
        PartialResize(width: size.width, height: size.height, columns: 0..<size.width, rows: 0..<size.height),
        filter: evaluation.preprocessing.filter
      ).convertedToRGB().bytes
    return numbers.uniform(in: 0...1) < 0.5 ? Self.mirrored(resized, size) : resized
  }

  /// Writes a normalized view, `[3, height, width]`.
  ///
  /// - Throws: ``ImageError/bufferSize(expected:found:)`` when the buffer does not hold ``outputCount`` numbers.
  package func apply(
    to image: DecodedImage, numbers: inout some AugmentationNumbers, into output: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) {
    try evaluation.normalize(pixels(of: image, numbers: &numbers), into: output)
  }

  private static func mirrored(_ pixels: [UInt8], _ size: PixelSize) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: pixels.count) { output, initialized in
      for row in 0..<size.height {
        for column in 0..<size.width {
          let (from, to) = (3 * (row * size.width + column), 3 * (row * size.width + size.width - 1 - column))
          output[to] = pixels[from]
          output[to + 1] = pixels[from + 1]
          output[to + 2] = pixels[from + 2]
        }
      }
      initialized = pixels.count
    }
  }
}

extension TrainingTransform: CustomStringConvertible {
  /// The transform in words and numbers; equal transforms have equal descriptions.
  package var description: String {
    "training: random resized crop (area \(leastArea) to 1, ratio 3/4 to 4/3) to \(evaluation.inputSize) by Pillow's "
      + "\(evaluation.preprocessing.filter), mirrored half of the time, \(evaluation.normalization)"
  }
}

extension DecodedImage {
  /// Returns a rectangle of the picture, in its own mode.
  func cropped(_ crop: RandomResizedCrop) -> DecodedImage {
    let region = PictureRegion(
      columns: 0..<width, rows: 0..<height, bytesPerPixel: mode.bytesPerPixel, bytes: bytes)
    let bytes = region.cropped(
      columns: crop.left..<crop.left + crop.width, rows: crop.top..<crop.top + crop.height)
    return replacing(width: crop.width, height: crop.height, bytes: bytes)
  }
}
