/// A picture as its file holds it: the pixels in the file's own mode.
package struct DecodedImage: Sendable, Equatable {
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int
  /// The way in which each pixel is stored.
  package let mode: PixelMode
  /// The pixels, `[height, width, mode.bytesPerPixel]`, rows from top to bottom without padding.
  package let bytes: [UInt8]
  /// The colors of an image in mode `P`, else nil.
  package let palette: Palette?
  /// The rotation or reflection that the file asks for; upright when the decoder was asked to apply it.
  package let orientation: Orientation
  /// The decoder's complaint, in its own words, about something after which it could go on; Pillow ignores the same
  /// complaints.
  package let warning: String?

  init(
    width: Int, height: Int, mode: PixelMode, bytes: [UInt8], palette: Palette? = nil,
    orientation: Orientation = .upright, warning: String? = nil
  ) {
    self.width = width
    self.height = height
    self.mode = mode
    self.bytes = bytes
    self.palette = palette
    self.orientation = orientation
    self.warning = warning
  }

  /// Returns the picture with other pixels; its other properties are kept.
  func replacing(
    width: Int? = nil, height: Int? = nil, mode: PixelMode? = nil, bytes: [UInt8], orientation: Orientation? = nil
  ) -> DecodedImage {
    DecodedImage(
      width: width ?? self.width, height: height ?? self.height, mode: mode ?? self.mode, bytes: bytes,
      palette: (mode ?? self.mode) == .palette ? palette : nil, orientation: orientation ?? self.orientation,
      warning: warning)
  }
}
