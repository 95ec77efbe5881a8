import PromptLensFiles

/// The decoding of image files to the bytes that Pillow decodes them to; ``ImageFormat`` names the formats.
///
/// The format is recognized by the content, not by the name. Decoding keeps no state, so any number of threads may
/// decode at once.
package enum ImageDecoder {
  /// The largest number of pixels, Pillow's limit against decompression bombs; checked before memory is taken.
  ///
  /// A test of many damaged files sets a smaller one for its own task, since large pictures only cost time.
  @TaskLocal package static var pixelLimit = 178_956_970

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
    guard let format = ImageFormat(contents: bytes) else {
      throw .unsupportedFormat(name: name, found: UnknownContent.description(of: HeaderBytes(bytes)))
    }
    let image =
      switch format {
      case .jpeg: try decodeJPEG(bytes, name: name)
      case .png: try decodePNG(bytes, name: name)
      case .webp: try decodeWebP(bytes, name: name)
      case .gif: try decodeGIF(bytes, name: name)
      case .bmp: try decodeBMP(bytes, name: name)
      case .tiff: try decodeTIFF(bytes, name: name)
      case .netpbm: try decodeNetpbm(bytes, name: name)
      case .jpeg2000: try decodeJPEG2000(bytes, name: name)
      case .avif: try decodeAVIF(bytes, name: name)
      case .heic: try decodeHEIC(bytes, name: name)
      }
    return applyOrientation ? image.turnedUpright() : image
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
