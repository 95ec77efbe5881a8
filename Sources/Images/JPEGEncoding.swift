import PromptLensCTurboJPEG

/// Small pictures as JPEG files.
package enum JPEGEncoder {
  /// The quality of pictures in pages.
  private static let quality: Int32 = 80

  /// Returns the bytes of a JPEG file with an RGB picture.
  ///
  /// - Parameters:
  ///   - pixels: red, green and blue bytes, `[height, width, 3]`.
  ///   - width: columns, at least 1.
  ///   - height: rows, at least 1.
  ///   - name: the picture's name, for errors.
  /// - Returns: the file.
  /// - Throws: ``ImageError/bufferSize(expected:found:)`` when the number of bytes doesn't fit the sizes,
  ///   ``ImageError/corrupt(name:format:reason:)`` when it can't be encoded.
  package static func file(
    rgb pixels: [UInt8], width: Int, height: Int, named name: String = "a picture in memory"
  ) throws(ImageError) -> [UInt8] {
    let count = 3 * width * height
    guard width > 0, height > 0, pixels.count == count else {
      throw .bufferSize(expected: count, found: pixels.count)
    }
    guard let handle = tjInitCompress() else {
      throw .corrupt(name: name, format: .jpeg, reason: "the encoder could not be started")
    }
    defer { tjDestroy(handle) }
    var file: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let status = tjCompress2(
      handle, pixels, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &file, &size,
      Int32(TJSAMP_420.rawValue), quality, 0)
    defer { tjFree(file) }
    guard status == 0, let file else {
      throw .corrupt(name: name, format: .jpeg, reason: String(cString: tjGetErrorStr2(handle)))
    }
    return Array(UnsafeBufferPointer(start: file, count: Int(size)))
  }
}
