/// The conversion of brightness and color differences to colors in fixed point, with Pillow's tables.
///
/// Source: Pillow's `ConvertYCbCr.c`, whose tables have six bits behind the point.
enum YCbCrConversion {
  private static let scale = 6

  /// Returns the multiples of a factor by the differences -128 to 127, in fixed point.
  private static func table(_ factor: Double) -> [Int] {
    (-128..<128).map { Int(factor * Double(1 << scale) * Double($0) + 0.5) }
  }

  private static let red = table(1.402)
  private static let greenOfBlue = table(-0.34414)
  private static let greenOfRed = table(-0.71414)
  private static let blue = table(1.772)

  /// Returns an image whose three channels were brightness and the differences of blue and red.
  static func colors(of image: DecodedImage) -> DecodedImage {
    var pixels = image.bytes
    for start in stride(from: 0, to: pixels.count - 2, by: 3) {
      let (y, ofBlue, ofRed) = (Int(pixels[start]), Int(pixels[start + 1]), Int(pixels[start + 2]))
      pixels[start] = UInt8(clamping: y + red[ofRed] >> scale)
      pixels[start + 1] = UInt8(clamping: y + (greenOfBlue[ofBlue] + greenOfRed[ofRed]) >> scale)
      pixels[start + 2] = UInt8(clamping: y + blue[ofBlue] >> scale)
    }
    return image.replacing(bytes: pixels, orientation: image.orientation)
  }
}
