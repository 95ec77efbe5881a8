import PromptLensCPNG

/// Decodes a PNG file of any color type and depth to the mode that Pillow gives it.
///
/// Gray of 2 and 4 bits is scaled to 8, of 16 bits stays; color of 16 bits keeps its high bytes; 16-bit gray with alpha
/// becomes `RGBA`, as Pillow doesn't have a mode between. Gamma and color profiles change nothing.
func decodePNG(_ bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) -> DecodedImage {
  // The size stands at a fixed offset, and the library's own words for a bad one would be less clear.
  if let width = HeaderBytes(bytes).integer(16, size: 4), let height = HeaderBytes(bytes).integer(20, size: 4) {
    try ImageDecoder.check(width: width, height: height, name: name, format: .png)
  }
  var file = pl_png_file()
  file.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
  file.count = bytes.count
  var header = pl_png_header()
  guard pl_png_read(&file, &header, nil, 0) == 1 else { throw failure(of: file, name: name) }

  let (width, height) = (Int(header.width), Int(header.height))
  try ImageDecoder.check(width: width, height: height, name: name, format: .png)
  let mode = pixelMode(of: header)
  let stride = width * mode.bytesPerPixel
  var sound = false
  var pixels = [UInt8](unsafeUninitializedCapacity: stride * height) { buffer, initialized in
    // Interlaced files leave gaps until their last pass, and a failing one for ever.
    buffer.initialize(repeating: 0)
    sound = pl_png_read(&file, &header, buffer.baseAddress, stride) == 1
    initialized = stride * height
  }
  guard sound else { throw failure(of: file, name: name) }
  if mode == .bilevel { for index in pixels.indices { pixels[index] = pixels[index] == 0 ? 0 : 255 } }

  return DecodedImage(
    width: width, height: height, mode: mode, bytes: pixels, palette: mode == .palette ? palette(of: header) : nil,
    orientation: pngOrientation(HeaderBytes(bytes)))
}

private func pixelMode(of header: pl_png_header) -> PixelMode {
  switch header.color_type {
  case PNG_COLOR_TYPE_GRAY: header.bit_depth == 1 ? .bilevel : header.bit_depth == 16 ? .gray16 : .gray
  case PNG_COLOR_MASK_ALPHA: header.bit_depth == 16 ? .rgba : .grayAlpha
  case PNG_COLOR_MASK_COLOR: .rgb
  case PNG_COLOR_MASK_COLOR | PNG_COLOR_MASK_ALPHA: .rgba
  default: .palette
  }
}

private func palette(of header: pl_png_header) -> Palette {
  withUnsafeBytes(of: header.palette) { colors in
    withUnsafeBytes(of: header.alpha) { alpha in
      Palette(
        colors: Array(colors.prefix(3 * Int(header.palette_count))),
        alpha: Array(alpha.prefix(Int(header.alpha_count))))
    }
  }
}

private func failure(of file: pl_png_file, name: String) -> ImageError {
  if file.truncated != 0 { return .truncated(name: name, format: .png) }
  let message = withUnsafeBytes(of: file.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  return .corrupt(name: name, format: .png, reason: message)
}

/// Reads the orientation from the chunk `eXIf`.
private func pngOrientation(_ bytes: HeaderBytes) -> Orientation {
  var offset = 8
  while let length = bytes.integer(offset, size: 4) {
    if bytes.holds("eXIf", at: offset + 4) { return Orientation(exif: bytes.part(from: offset + 8, count: length)) }
    // A chunk is its length, its type, its data and a check sum.
    offset += 12 + length
  }
  return .upright
}
