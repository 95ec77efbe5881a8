import PromptLensCPNG

/// The encoding of PNG files.
package enum PNGEncoder {
  /// Returns the bytes of a PNG file with an RGB picture.
  ///
  /// - Parameters:
  ///   - pixels: red, green and blue bytes, `[height, width, 3]`.
  ///   - width: columns, at least 1.
  ///   - height: rows, at least 1.
  /// - Returns: the file. Its pixels are `pixels`; how they are packed is up to the version of zlib.
  /// - Throws: ``ImageError/bufferSize(expected:found:)`` when the number of bytes doesn't fit the sizes.
  package static func file(rgb pixels: [UInt8], width: Int, height: Int) throws(ImageError) -> [UInt8] {
    let count = 3 * width * height
    guard width > 0, height > 0, pixels.count == count else {
      throw .bufferSize(expected: count, found: pixels.count)
    }
    var output = pl_png_output()
    // Deflate adds five bytes for a block of 16 kB at worst, PNG one for each row and some hundred in all.
    let room = count + count / 1000 + height + 4096
    var sound = false
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
      output.bytes = buffer.baseAddress
      output.capacity = room
      sound = pl_png_write(&output, pixels, UInt32(width), UInt32(height)) == 1
      initialized = output.count
    }
    guard sound else {
      let reason = withUnsafeBytes(of: output.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw .corrupt(name: "a picture in memory", format: .png, reason: reason)
    }
    return bytes
  }
}
