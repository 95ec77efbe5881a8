import PromptLensCTurboJPEG

/// A small picture of an image file, as a JPEG file.
package enum Thumbnail {
  /// Makes a square thumbnail of the image's center.
  ///
  /// - Parameters:
  ///   - path: the image.
  ///   - side: the width and height in pixels.
  /// - Returns: the bytes of a JPEG file.
  /// - Throws: ``ImageError`` or `FileError` when the image cannot be read.
  package static func jpeg(path: String, side: Int) throws -> [UInt8] {
    let image = try ImageDecoder.decode(path: path, applyOrientation: true)
    let pixels = try EvaluationTransform(resolution: side).pixels(of: image)
    guard let handle = tjInitCompress() else {
      throw ImageError.corrupt(name: path, format: .jpeg, reason: "the encoder could not be started")
    }
    defer { tjDestroy(handle) }
    var file: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let status = tjCompress2(
      handle, pixels, Int32(side), 0, Int32(side), Int32(TJPF_RGB.rawValue), &file, &size, Int32(TJSAMP_420.rawValue),
      80, 0)
    defer { tjFree(file) }
    guard status == 0, let file else {
      throw ImageError.corrupt(name: path, format: .jpeg, reason: String(cString: tjGetErrorStr2(handle)))
    }
    return Array(UnsafeBufferPointer(start: file, count: Int(size)))
  }
}
