/// A square picture that is being drawn.
struct Canvas: Sendable {
  /// The number of columns, and of rows.
  let size: Int
  /// The pixels, row by row from the top.
  var pixels: [RGB]

  init(size: Int) {
    self.size = size
    pixels = [RGB](repeating: .zero, count: size * size)
  }

  /// Returns the center of a pixel, in coordinates within ±1.
  private func point(_ x: Int, _ y: Int) -> Point { (Point(Float(x), Float(y)) + 0.5) * (2 / Float(size)) - 1 }

  /// Replaces every pixel; `pen` gets its column, row, center and color.
  mutating func paint(_ pen: (Int, Int, Point, RGB) -> RGB) {
    for y in 0..<size {
      for x in 0..<size { pixels[y * size + x] = pen(x, y, point(x, y), pixels[y * size + x]) }
    }
  }

  /// Calls `pen` for each pixel of a square around a point, with the pixel's column, row and center.
  mutating func paint(around center: Point, reach: Float, _ pen: (Point, inout RGB) -> Void) {
    func pixel(_ coordinate: Float) -> Int {
      min(max(Int(((coordinate + 1) * Float(size) / 2).rounded(.down)), 0), size - 1)
    }
    for y in pixel(center.y - reach)...pixel(center.y + reach) {
      for x in pixel(center.x - reach)...pixel(center.x + reach) {
        pen(point(x, y), &pixels[y * size + x])
      }
    }
  }

  /// Returns the pixel at some coordinates, or the nearest one inside.
  func nearest(_ x: Int, _ y: Int) -> RGB { pixels[min(max(y, 0), size - 1) * size + min(max(x, 0), size - 1)] }

  /// Mixes each pixel with its neighbors in a cross.
  mutating func blur(_ share: Float) {
    let before = self
    paint { x, y, _, color in
      let around =
        before.nearest(x - 1, y) + before.nearest(x + 1, y) + before.nearest(x, y - 1) + before.nearest(x, y + 1)
      return mix(color, around / 4, share)
    }
  }

  /// The red, green and blue bytes, `[size, size, 3]`.
  var bytes: [UInt8] {
    pixels.flatMap { color in
      (0..<3).map { UInt8(min(max(color[$0], 0), 1) * 255 + 0.5) }
    }
  }
}
