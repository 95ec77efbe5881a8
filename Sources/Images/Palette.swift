/// The colours of an image in mode `P`.
package struct Palette: Sendable, Equatable {
  /// Red, green and blue of all 256 indices, `[256, 3]`; an index that the file does not define is black, as in Pillow.
  package let colours: [UInt8]
  /// The alpha of the first indices; those beyond are opaque.
  package let alpha: [UInt8]

  init(colours: [UInt8], alpha: [UInt8]) {
    self.colours = Array(colours.prefix(768)) + [UInt8](repeating: 0, count: max(0, 768 - colours.count))
    self.alpha = alpha
  }
}
