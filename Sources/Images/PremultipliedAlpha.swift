// Colors with alpha are resized premultiplied, or invisible colors would bleed into visible ones: Pillow's modes `La`
// and `RGBa`. Alpha is the last byte of a pixel.

/// Multiplies each pixel's colors by its alpha.
func premultiplied(_ bytes: [UInt8], bytesPerPixel: Int) -> [UInt8] {
  mapColors(bytes, bytesPerPixel: bytesPerPixel) { color, alpha in productOf255ths(color, alpha) }
}

/// Divides each pixel's colors by its alpha; where alpha is 0 they stay as they are.
func unpremultiplied(_ bytes: [UInt8], bytesPerPixel: Int) -> [UInt8] {
  mapColors(bytes, bytesPerPixel: bytesPerPixel) { color, alpha in
    alpha == 0 ? color : UInt8(min(255, 255 * Int(color) / Int(alpha)))
  }
}

private func mapColors(
  _ bytes: [UInt8], bytesPerPixel: Int, _ transform: (_ color: UInt8, _ alpha: UInt8) -> UInt8
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
