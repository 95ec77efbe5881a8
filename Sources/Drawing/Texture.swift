/// The pattern of a thing's body.
enum Texture: String, Sendable, CaseIterable {
  case plain, striped, dotted, checked, speckled

  /// Returns the share of the second color at a point of the thing, 0 to 1.
  func share(at point: Point, noise: Noise) -> Float {
    switch self {
    case .plain: return 0
    case .striped: return edge(triangle(point.x * 2.2 + point.y * 1.1))
    case .dotted:
      let cell = Point(triangle(point.x * 2), triangle(point.y * 2))
      return edge(0.75 - length(cell))
    case .checked: return edge(triangle(point.x * 1.8)) == edge(triangle(point.y * 1.8)) ? 1 : 0
    case .speckled: return edge(noise.smooth(point * 6) * 2)
    }
  }

  /// Returns a wave of period 1 from -1 to 1.
  private func triangle(_ value: Float) -> Float {
    let offset = value - value.rounded(.down)
    return abs(offset * 2 - 1) * 2 - 1
  }

  private func edge(_ value: Float) -> Float { value > 0 ? 1 : 0 }
}
