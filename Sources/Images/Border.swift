extension DecodedImage {
  /// Puts the picture on a larger canvas of one color, in its own mode.
  ///
  /// - Parameters:
  ///   - left: columns before the picture.
  ///   - top: rows above it.
  ///   - width: columns of the canvas.
  ///   - height: rows of the canvas.
  ///   - fill: the value of each channel, or the palette's index, as Pillow's `ImageOps.expand` takes it.
  /// - Returns: the canvas; the same picture where it is not larger.
  func bordered(left: Int, top: Int, width: Int, height: Int, fill: UInt8) -> DecodedImage {
    guard width > self.width || height > self.height else { return self }
    let step = mode.bytesPerPixel
    var canvas = [UInt8](repeating: mode == .bilevel ? (fill == 0 ? 0 : 255) : fill, count: width * height * step)
    // The high bytes of 16-bit samples.
    if mode == .gray16 { for index in stride(from: 1, to: canvas.count, by: 2) { canvas[index] = 0 } }
    for row in 0..<self.height {
      let start = ((top + row) * width + left) * step
      let source = row * self.width * step
      canvas.replaceSubrange(
        start..<start + self.width * step, with: bytes[source..<source + self.width * step])
    }
    return replacing(width: width, height: height, bytes: canvas)
  }
}
