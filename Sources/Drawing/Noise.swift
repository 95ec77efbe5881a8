/// A function from points to numbers from -1 to 1, determined by a seed.
struct Noise: Sendable {
  let seed: UInt32

  /// Returns the number of a lattice point.
  func value(_ x: Int, _ y: Int) -> Float {
    var bits = UInt32(truncatingIfNeeded: x) &* 0x9E37_79B1 ^ UInt32(truncatingIfNeeded: y) &* 0x85EB_CA77 ^ seed
    bits = (bits ^ bits >> 15) &* 0x2C1B_3C6D
    bits = (bits ^ bits >> 12) &* 0x297A_2D39
    bits ^= bits >> 15
    return Float(bits >> 8) / Float(1 << 23) - 1
  }

  /// Returns the noise between lattice points, smoothly interpolated.
  func smooth(_ point: Point) -> Float {
    let corner = Point(point.x.rounded(.down), point.y.rounded(.down))
    let offset = point - corner
    let blend = offset * offset * (3 - 2 * offset)
    let (x, y) = (Int(corner.x), Int(corner.y))
    let top = value(x, y) + (value(x + 1, y) - value(x, y)) * blend.x
    let bottom = value(x, y + 1) + (value(x + 1, y + 1) - value(x, y + 1)) * blend.x
    return top + (bottom - top) * blend.y
  }
}
