/// A small picture of an image file, as a JPEG file.
package enum Thumbnail {
  /// A cell of a grid over an image's center square, rows and columns from 0.
  package struct Cell: Sendable {
    let row, column, rows, columns: Int

    /// Creates a cell.
    package init(row: Int, column: Int, rows: Int, columns: Int) {
      self.row = row
      self.column = column
      self.rows = max(rows, 1)
      self.columns = max(columns, 1)
    }
  }

  /// The color of frames.
  private static let frameColor: [UInt8] = [255, 40, 40]

  /// Draws a frame of two pixels around a cell.
  private static func frame(_ cell: Cell, in pixels: inout [UInt8], side: Int) {
    let (top, bottom) = (cell.row * side / cell.rows, (cell.row + 1) * side / cell.rows)
    let (left, right) = (cell.column * side / cell.columns, (cell.column + 1) * side / cell.columns)
    for y in max(top - 2, 0)..<min(bottom + 2, side) {
      for x in max(left - 2, 0)..<min(right + 2, side) {
        guard y < top || y >= bottom || x < left || x >= right else { continue }
        for channel in 0..<3 { pixels[(y * side + x) * 3 + channel] = frameColor[channel] }
      }
    }
  }

  /// Makes a square thumbnail of the image's center.
  ///
  /// - Parameters:
  ///   - path: the image.
  ///   - side: the width and height in pixels.
  ///   - cell: a cell to frame; nil for none.
  /// - Returns: the bytes of a JPEG file.
  /// - Throws: ``ImageError`` or `FileError` when the image cannot be read.
  package static func jpeg(path: String, side: Int, framing cell: Cell? = nil) throws -> [UInt8] {
    let image = try ImageDecoder.decode(path: path, applyOrientation: true)
    var pixels = try EvaluationTransform(resolution: side).pixels(of: image)
    if let cell { frame(cell, in: &pixels, side: side) }
    return try JPEGEncoder.file(rgb: pixels, width: side, height: side, named: path)
  }
}
