/// The storage of a pixel, by Pillow's names, which determines the space in which an image is resized.
package enum PixelMode: String, Sendable, Equatable, CaseIterable {
  /// Black or white: one byte, 0 or 255.
  case bilevel = "1"
  /// Gray: one byte.
  case gray = "L"
  /// Gray and alpha: two bytes.
  case grayAlpha = "LA"
  /// An index into a palette: one byte.
  case palette = "P"
  /// Red, green, blue: three bytes.
  case rgb = "RGB"
  /// Red, green, blue, alpha: four bytes.
  case rgba = "RGBA"
  /// Cyan, magenta, yellow, black, 255 being full ink: four bytes.
  case cmyk = "CMYK"
  /// Gray in 16 bits: two bytes, the low one first.
  case gray16 = "I;16"

  /// The number of bytes of a pixel.
  package var bytesPerPixel: Int {
    switch self {
    case .bilevel, .gray, .palette: 1
    case .grayAlpha, .gray16: 2
    case .rgb: 3
    case .rgba, .cmyk: 4
    }
  }
}
