/// The colors of an image in mode `P`.
package struct Palette: Sendable, Equatable {
  /// Red, green and blue of all 256 indices, `[256, 3]`; an index that the file does not define is black, as in Pillow.
  package let colors: [UInt8]
  /// The alpha of the first indices; those beyond are opaque.
  package let alpha: [UInt8]

  init(colors: [UInt8], alpha: [UInt8]) {
    self.colors = Array(colors.prefix(768)) + [UInt8](repeating: 0, count: max(0, 768 - colors.count))
    self.alpha = alpha
  }
}
