/// An image that cannot be decoded, or a transform that cannot be made; images are named by their path.
package enum ImageError: Error, Equatable, CustomStringConvertible {
  /// The bytes are of a format that is not read here, or of none that is known.
  case unsupportedFormat(name: String, found: String)
  /// The format is read here, but not this variant of it.
  case unsupportedVariant(name: String, format: ImageFormat, found: String)
  /// The bytes break their format's rules.
  case corrupt(name: String, format: ImageFormat, reason: String)
  /// The file ends before its picture does.
  case truncated(name: String, format: ImageFormat)
  /// The header declares more pixels than ``ImageDecoder/pixelLimit``.
  case tooManyPixels(name: String, width: Int, height: Int, limit: Int)
  /// The format's library is not installed.
  case missingLibrary(name: String, format: ImageFormat, package: String)
  /// A transform's setting lies outside its range.
  case invalidTransform(setting: String, expected: String, found: String)
  /// A picture whose size after the preprocessing is not that of the image tower's input.
  case otherSize(name: String, preprocessing: String, expected: PixelSize, found: PixelSize)
  /// A caller's buffer does not have the size of a transform's output.
  case bufferSize(expected: Int, found: Int)

  /// The finding as a clause without the image's name and the remedy, for lists of many images.
  package var finding: String {
    switch self {
    case .unsupportedFormat(_, let found): found
    case .unsupportedVariant(_, let format, let found):
      "\(found) is not supported in \(format.article) \(format.rawValue) image"
    case .corrupt(_, let format, let reason): "damaged \(format.rawValue) image: \(reason)"
    case .truncated(_, let format): "the \(format.rawValue) image ends too early"
    case .tooManyPixels(_, let width, let height, let limit):
      "\(width) x \(height) pixels declared, more than the \(limit) that an image may have"
    case .missingLibrary(_, let format, let package):
      "a library for \(format.rawValue) images is not installed (apt-get install \(package))"
    case .otherSize(_, _, let expected, let found):
      "\(found.width) x \(found.height) pixels after the preprocessing, expected \(expected.width) x \(expected.height)"
    case .invalidTransform, .bufferSize: description
    }
  }

  /// One sentence: the image, the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .unsupportedFormat(let name, let found):
      "\(name): \(found), expected a \(ImageFormat.phrase) image; convert it to one of these"
    case .unsupportedVariant(let name, let format, let found):
      "\(name): \(found) is not supported in \(format.article) \(format.rawValue) image; save it in a common variant"
    case .corrupt(let name, let format, let reason):
      "\(name): damaged \(format.rawValue) image: \(reason); replace the file or leave it out"
    case .truncated(let name, let format):
      "\(name): the \(format.rawValue) image ends too early, the file is truncated; fetch it again or leave it out"
    case .tooManyPixels(let name, let width, let height, let limit):
      "\(name): \(width) x \(height) pixels declared, more than the \(limit) that an image may have; scale it down first"
    case .missingLibrary(let name, let format, let package):
      "\(name): \(format.article) \(format.rawValue) image needs a library that is not installed; install it with apt-get "
        + "install \(package), or convert the image to JPEG or PNG"
    case .invalidTransform(let setting, let expected, let found):
      "image transform: \(setting) is \(found), expected \(expected)"
    case .otherSize(let name, let preprocessing, let expected, let found):
      "\(name): the preprocessing (\(preprocessing)) leaves \(found.width) x \(found.height) pixels, and the image tower takes "
        + "\(expected.width) x \(expected.height); leave the picture out, or convert the model with a preprocessing that crops"
    case .bufferSize(let expected, let found):
      "image transform: the output buffer holds \(found) numbers, expected \(expected)"
    }
  }
}
