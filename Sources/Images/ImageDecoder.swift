import PromptLensFiles

/// The decoding of JPEG, PNG, and WebP files to the bytes that Pillow decodes them to.
///
/// The content decides the format, never the name. Decoding keeps no state, so any number of threads may decode at
/// once.
package enum ImageDecoder {
  /// The largest number of pixels, Pillow's limit against decompression bombs; checked before memory is taken.
  package static let pixelLimit = 178_956_970

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - applyOrientation: whether to turn the picture as its EXIF block asks; the references of CLIP and CoOp do not.
  /// - Returns: the picture in the file's own mode.
  /// - Throws: `FileError` when the file is missing or can't be read, ``ImageError`` when it doesn't hold an intact
  ///   image.
  package static func decode(path: String, applyOrientation: Bool = false) throws -> DecodedImage {
    let file = try MappedFile(path: path, expected: "an image")
    return try withExtendedLifetime(file) {
      try decode(bytes: file.bytes, name: path, applyOrientation: applyOrientation)
    }
  }

  /// Decodes a file that lies in memory.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: the image's name in errors.
  ///   - applyOrientation: whether to turn the picture as its EXIF block asks.
  /// - Returns: the picture in the file's own mode.
  /// - Throws: ``ImageError`` when the bytes aren't an intact image.
  package static func decode(
    bytes: UnsafeRawBufferPointer, name: String, applyOrientation: Bool = false
  ) throws(ImageError) -> DecodedImage {
    let header = HeaderBytes(bytes)
    let image =
      switch try format(of: header, name: name) {
      case .jpeg: try decodeJPEG(bytes, name: name)
      case .png: try decodePNG(bytes, name: name)
      case .webp: try decodeWebP(bytes, name: name)
      }
    return applyOrientation ? image.turnedUpright() : image
  }

  private static func format(of header: HeaderBytes, name: String) throws(ImageError) -> ImageFormat {
    if header.integer(0, size: 3) == 0xFFD8FF { return .jpeg }
    if header.integer(0, size: 4) == 0x8950_4E47 { return .png }
    if header.holds("RIFF"), header.holds("WEBP", at: 8) { return .webp }
    throw .unsupportedFormat(name: name, found: description(of: header))
  }

  private static func description(of header: HeaderBytes) -> String {
    if header.count == 0 { return "the file is empty" }
    if header.holds("GIF8") { return "found a GIF image" }
    if header.holds("BM") { return "found a BMP image" }
    if header.holds("II*\0") || header.holds("MM\0*") { return "found a TIFF image" }
    if header.holds("ftypavif", at: 4) { return "found an AVIF image" }
    if header.holds("ftyphei", at: 4) || header.holds("ftypmif1", at: 4) { return "found a HEIF image" }
    if header.integer(0, size: 4) == 0x0000_000C, header.holds("jP  ", at: 4) { return "found a JPEG 2000 image" }
    if header.holds("8BPS") { return "found a Photoshop file" }
    if header.holds("<svg") || header.holds("<?xml") { return "found an SVG or XML file" }
    if header.holds("<!DOCTYPE html") || header.holds("<html") { return "found a web page" }
    return "found no image format that is known"
  }

  /// Refuses images without pixels, or with more than ``pixelLimit``.
  static func check(width: Int, height: Int, name: String, format: ImageFormat) throws(ImageError) {
    guard width > 0, height > 0 else {
      throw .corrupt(name: name, format: format, reason: "its size is \(width) x \(height)")
    }
    guard width <= pixelLimit / height else {
      throw .tooManyPixels(name: name, width: width, height: height, limit: pixelLimit)
    }
  }
}
