import PromptLensKernels

/// The transform of pictures into an image tower's input at evaluation: a ``Preprocessing`` at work.
///
/// Bytes are Pillow's and numbers torchvision's, to the last bit.
package struct EvaluationTransform: Sendable, Equatable {
  /// The time at which a picture that isn't RGB is converted. For RGB files the orders agree.
  package enum Order: String, Sendable, Equatable, CaseIterable {
    /// The conversion before the resize, as in CoOp's (Dassl's) reader and in transformers.
    case convertFirst
    /// The conversion after the crop, as in OpenAI's code and open_clip: palettes are resized to the nearest pixel,
    /// alpha premultiplied.
    case resizeInOwnMode
  }

  /// The steps.
  package let preprocessing: Preprocessing
  /// The size of the image tower's input.
  package let inputSize: PixelSize
  /// The time at which a picture is converted to RGB.
  package let order: Order
  /// The normalized value of each byte, `[3, 256]`.
  private let tables: [Float]

  /// Creates a transform.
  ///
  /// - Parameters:
  ///   - preprocessing: the steps.
  ///   - inputSize: the size of the image tower's input.
  ///   - order: the time at which a picture is converted to RGB.
  /// - Throws: ``ImageError/invalidTransform(setting:expected:found:)`` when a setting is outside its range, or all
  ///   pictures would have another size than the tower's input.
  package init(
    _ preprocessing: Preprocessing, inputSize: PixelSize, order: Order = .convertFirst
  ) throws(ImageError) {
    if let problem = preprocessing.problem {
      throw .invalidTransform(setting: problem.setting, expected: problem.expected, found: problem.found)
    }
    if let size = preprocessing.outputSize, size != inputSize {
      throw .invalidTransform(
        setting: "the size after the preprocessing (\(preprocessing.geometry))",
        expected: "\(inputSize), the image tower's input", found: "\(size)")
    }
    self.preprocessing = preprocessing
    self.inputSize = inputSize
    self.order = order
    let factor = preprocessing.rescaleFactor
    // ToTensor divides in single precision; transformers multiplies in double precision and rounds.
    let values = (0...255).map {
      factor == Preprocessing.byteScale ? Float($0) / 255 : Float(Double($0) * factor)
    }
    tables = zip(preprocessing.mean, preprocessing.standardDeviation).flatMap { mean, std in
      values.map { ($0 - mean) / std }
    }
  }

  /// Creates OpenAI's transform for a square input.
  ///
  /// - Throws: ``ImageError/invalidTransform(setting:expected:found:)`` when the resolution is out of range.
  package init(resolution: Int, order: Order = .convertFirst) throws(ImageError) {
    let size = PixelSize(side: resolution)
    try self.init(.openAI(size), inputSize: size, order: order)
  }

  /// The number of floats in the output, three channels.
  package var outputCount: Int { 3 * inputSize.count }

  /// Checks that a picture will have the size of the tower's input, which a preprocessing without a crop leaves to the
  /// picture.
  ///
  /// - Parameters:
  ///   - image: the picture.
  ///   - name: its name for the error.
  /// - Throws: ``ImageError/otherSize(name:preprocessing:expected:found:)``.
  package func check(_ image: DecodedImage, name: String = "the image") throws(ImageError) {
    let whole = preprocessing.resizedSize(of: PixelSize(height: image.height, width: image.width))
    guard whole.height > 0, whole.width > 0, preprocessing.crop != nil || whole == inputSize else {
      throw .otherSize(
        name: name, preprocessing: preprocessing.geometry, expected: inputSize, found: whole)
    }
  }

  /// Returns the picture before it is rescaled and normalized: `[height, width, 3]` of ``inputSize``, interleaved RGB.
  ///
  /// - Throws: ``ImageError/otherSize(name:preprocessing:expected:found:)`` when it would have another size.
  package func pixels(of image: DecodedImage) throws(ImageError) -> [UInt8] {
    try check(image)
    return preprocessing.picture(of: image, order: order).bytes
  }

  /// Writes the normalized picture, `[3, height, width]`.
  ///
  /// - Throws: ``ImageError/bufferSize(expected:found:)`` when the buffer does not hold ``outputCount`` numbers;
  ///   ``ImageError/otherSize(name:preprocessing:expected:found:)``.
  package func apply(
    to image: DecodedImage, into output: UnsafeMutableBufferPointer<Float>
  ) throws(ImageError) {
    try normalize(pixels(of: image), into: output)
  }

  /// Returns the normalized picture, `[3, height, width]`.
  ///
  /// - Throws: ``ImageError/otherSize(name:preprocessing:expected:found:)``.
  package func apply(to image: DecodedImage) throws(ImageError) -> [Float] {
    let pixels = try pixels(of: image)
    return [Float](unsafeUninitializedCapacity: outputCount) { output, initialized in
      pl_rgb_to_planes(pixels, inputSize.count, tables, output.baseAddress)
      initialized = outputCount
    }
  }

  /// Writes pixels, `[height, width, 3]`, normalized and plane by plane.
  func normalize(_ pixels: [UInt8], into output: UnsafeMutableBufferPointer<Float>) throws(ImageError) {
    guard output.count == outputCount else {
      throw .bufferSize(expected: outputCount, found: output.count)
    }
    pl_rgb_to_planes(pixels, inputSize.count, tables, output.baseAddress)
  }
}

extension Preprocessing {
  /// Returns a picture resized, cropped and in RGB, before its bytes are rescaled.
  ///
  /// Without a crop the result has any size: ``EvaluationTransform/check(_:name:)`` refuses those that no tower takes.
  package func picture(of image: DecodedImage, order: EvaluationTransform.Order = .convertFirst) -> DecodedImage {
    let source = order == .convertFirst ? image.convertedToRGB() : image
    let whole = resizedSize(of: PixelSize(height: source.height, width: source.width))
    let columns = crop.map { cropped(whole.width, to: $0.width) } ?? 0..<whole.width
    let rows = crop.map { cropped(whole.height, to: $0.height) } ?? 0..<whole.height
    let resized = source.resized(
      PartialResize(
        width: whole.width, height: whole.height, columns: columns.clamped(to: 0..<whole.width),
        rows: rows.clamped(to: 0..<whole.height)), filter: filter)
    return resized.bordered(
      left: max(-columns.lowerBound, 0), top: max(-rows.lowerBound, 0), width: columns.count, height: rows.count,
      fill: fill
    ).convertedToRGB()
  }
}

extension EvaluationTransform: CustomStringConvertible {
  /// The transform in words and numbers; equal transforms have equal descriptions.
  ///
  /// Feature stores hold it as part of their identity, so that the words for OpenAI's transform must stay as they are;
  /// `FeatureKey` reads an earlier spelling of the center.
  package var description: String { "evaluation: \(preprocessing.geometry), \(normalization)" }

  /// A description of when pictures are converted to RGB and how numbers are normalized.
  var normalization: String {
    "\(order == .convertFirst ? "RGB before the resize" : "RGB after the crop"), \(preprocessing.normalization)"
  }
}
