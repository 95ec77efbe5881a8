/// A component of a thing: its shape, and which of the thing's colors it has.
struct Component: Sendable {
  /// The colors of a thing.
  enum Tone: Sendable {
    /// The thing's color and texture, which captions name.
    case body
    /// A second color.
    case accent
    case dark
    case light
  }

  let shape: Shape
  /// A shape that is cut out of the component.
  var cut: Shape?
  let tone: Tone

  /// Returns the distance of a point to the component's border, negative inside.
  func distance(_ point: Point) -> Float {
    let distance = shape.distance(point)
    guard let cut else { return distance }
    return max(distance, -cut.distance(point))
  }

  /// Returns the component without the area inside a shape.
  func without(_ cut: Component) -> Component { Component(shape: shape, cut: cut.shape, tone: tone) }
}

// MARK: - Short names for the things' descriptions

func disc(_ x: Float, _ y: Float, _ radius: Float, _ tone: Component.Tone = .body) -> Component {
  Component(shape: .disc(center: Point(x, y), radius: radius), tone: tone)
}

func oval(_ x: Float, _ y: Float, _ width: Float, _ height: Float, _ tone: Component.Tone = .body) -> Component {
  Component(shape: .oval(center: Point(x, y), radii: Point(width, height)), tone: tone)
}

func block(
  _ x: Float, _ y: Float, _ width: Float, _ height: Float, round: Float = 0, _ tone: Component.Tone = .body
) -> Component {
  Component(shape: .block(center: Point(x, y), half: Point(width, height), rounding: round), tone: tone)
}

func bar(
  _ x: Float, _ y: Float, to x2: Float, _ y2: Float, _ radius: Float, _ tone: Component.Tone = .body
) -> Component {
  Component(shape: .bar(from: Point(x, y), to: Point(x2, y2), radius: radius), tone: tone)
}

func hoop(_ x: Float, _ y: Float, _ radius: Float, _ halfWidth: Float, _ tone: Component.Tone = .body) -> Component {
  Component(shape: .hoop(center: Point(x, y), radius: radius, halfWidth: halfWidth), tone: tone)
}

func polygon(_ tone: Component.Tone = .body, _ corners: (Float, Float)...) -> Component {
  Component(shape: .polygon(corners.map { Point($0.0, $0.1) }), tone: tone)
}

/// Returns a star, or with equal radii a regular polygon.
func star(
  _ x: Float, _ y: Float, points: Int, outer: Float, inner: Float, _ tone: Component.Tone = .body
) -> Component {
  let corners = (0..<2 * points).map { index in
    let radius = index % 2 == 0 ? outer : inner
    let direction = unitVector(turns: Float(index) / Float(2 * points) - 0.25)
    return Point(x, y) + direction * radius
  }
  return Component(shape: .polygon(corners), tone: tone)
}
