/// A background of a picture.
package enum Background: String, Sendable, CaseIterable {
  case wall, meadow, beach, night, floor, tiles, cloth

  /// Returns the color at a point of the picture, within ±1.
  func color(at point: Point, tint: RGB, noise: Noise) -> RGB {
    switch self {
    case .wall: return mix(tint, RGB(repeating: 0.75), 0.6) * (1.05 - 0.12 * point.y) + 0.02 * noise.smooth(point * 9)
    case .meadow:
      let horizon = -0.25 + 0.06 * noise.smooth(Point(point.x * 1.5, 7))
      guard point.y > horizon else { return mix(RGB(0.55, 0.75, 0.95), RGB(0.85, 0.92, 1), (point.y + 1) * 0.9) }
      return RGB(0.35, 0.6, 0.22) * (1 + 0.2 * noise.smooth(Point(point.x * 12, point.y * 6)))
    case .beach:
      guard point.y > -0.45 else { return RGB(0.7, 0.85, 0.97) }
      guard point.y > -0.05 + 0.04 * noise.smooth(Point(point.x * 3, 3)) else {
        return RGB(0.15, 0.45, 0.65) * (1 + 0.15 * noise.smooth(Point(point.x * 3, point.y * 14)))
      }
      return RGB(0.87, 0.77, 0.55) * (1 + 0.06 * noise.smooth(point * 14))
    case .night:
      let isStar = noise.value(Int((point.x + 2) * 14), Int((point.y + 2) * 14)) > 0.96
      return isStar ? RGB(0.9, 0.9, 0.8) : RGB(0.05, 0.06, 0.16) * (1.2 + 0.5 * point.y)
    case .floor:
      let plank = ((point.y + 2) * 3).rounded(.down)
      let seam = (point.y + 2) * 3 - plank < 0.08
      let grain = noise.smooth(Point(point.x * 2 + plank * 5, point.y * 16))
      return RGB(0.6, 0.42, 0.24) * (seam ? 0.6 : 1 + 0.12 * grain + 0.08 * noise.value(Int(plank), 1))
    case .tiles:
      let tile = (point + 2) * 2
      let isOdd = (Int(tile.x) + Int(tile.y)) % 2 == 1
      return isOdd ? mix(tint, RGB(repeating: 0.85), 0.75) : mix(tint, RGB(repeating: 0.5), 0.7)
    case .cloth:
      let weave = noise.value(Int((point.x + 2) * 12), 5) + noise.value(9, Int((point.y + 2) * 12))
      return mix(tint, RGB(repeating: 0.5), 0.35) * (0.85 + 0.12 * weave)
    }
  }
}
