// Colours with alpha are resized premultiplied, or invisible colours would bleed into visible ones: Pillow's modes `La`
// and `RGBa`. Alpha is the last byte of a pixel.

/// Multiplies each pixel's colours by its alpha.
func premultiplied(_ bytes: [UInt8], bytesPerPixel: Int) -> [UInt8] {
  mapColours(bytes, bytesPerPixel: bytesPerPixel) { colour, alpha in productOf255ths(colour, alpha) }
}

/// Divides each pixel's colours by its alpha; where alpha is 0 they stay as they are.
func unpremultiplied(_ bytes: [UInt8], bytesPerPixel: Int) -> [UInt8] {
  mapColours(bytes, bytesPerPixel: bytesPerPixel) { colour, alpha in
    alpha == 0 ? colour : UInt8(min(255, 255 * Int(colour) / Int(alpha)))
  }
}

private func mapColours(
  _ bytes: [UInt8], bytesPerPixel: Int, _ transform: (_ colour: UInt8, _ alpha: UInt8) -> UInt8
) -> [UInt8] {
  var result = bytes
  result.withUnsafeMutableBufferPointer { pixels in
    var start = 0
    while start + bytesPerPixel <= pixels.count {
      let alpha = pixels[start + bytesPerPixel - 1]
      for index in start..<start + bytesPerPixel - 1 { pixels[index] = transform(pixels[index], alpha) }
      start += bytesPerPixel
    }
  }
  return result
}
