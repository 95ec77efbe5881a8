/// A height and a width in pixels.
package struct PixelSize: Sendable, Hashable, CustomStringConvertible {
  /// Rows.
  package var height: Int
  /// Columns.
  package var width: Int

  /// Creates a size.
  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates the size of a square.
  package init(side: Int) { self.init(height: side, width: side) }

  /// A Boolean value that indicates whether height and width are equal.
  package var isSquare: Bool { height == width }
  /// The number of pixels.
  package var count: Int { height * width }

  /// The side of a square, or width by height: `224 px`, `40 x 24 px`.
  package var description: String { isSquare ? "\(width) px" : "\(width) x \(height) px" }
}
