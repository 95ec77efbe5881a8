/// A piece of a thing: where it is, and which of the thing's colours it has.
struct Part: Sendable {
  /// The colours of a thing.
  enum Tone: Sendable {
    /// The thing's own colour and texture, those that captions name.
    case body
    /// A second colour.
    case accent
    case dark
    case light
  }

  let shape: Shape
  /// What is cut out of the shape.
  var cut: Shape?
  let tone: Tone

  /// The distance of a point to the part's border, negative inside.
  func distance(_ point: Point) -> Float {
    let distance = shape.distance(point)
    guard let cut else { return distance }
    return max(distance, -cut.distance(point))
  }

  /// The same part without what lies in a shape.
  func without(_ cut: Part) -> Part { Part(shape: shape, cut: cut.shape, tone: tone) }
}

// MARK: - Short names for the things' descriptions

func disc(_ x: Float, _ y: Float, _ radius: Float, _ tone: Part.Tone = .body) -> Part {
  Part(shape: .disc(centre: Point(x, y), radius: radius), tone: tone)
}

func oval(_ x: Float, _ y: Float, _ width: Float, _ height: Float, _ tone: Part.Tone = .body) -> Part {
  Part(shape: .oval(centre: Point(x, y), radii: Point(width, height)), tone: tone)
}

func block(
  _ x: Float, _ y: Float, _ width: Float, _ height: Float, round: Float = 0, _ tone: Part.Tone = .body
) -> Part {
  Part(shape: .block(centre: Point(x, y), half: Point(width, height), rounding: round), tone: tone)
}

func bar(
  _ x: Float, _ y: Float, to x2: Float, _ y2: Float, _ radius: Float, _ tone: Part.Tone = .body
) -> Part {
  Part(shape: .bar(from: Point(x, y), to: Point(x2, y2), radius: radius), tone: tone)
}

func hoop(_ x: Float, _ y: Float, _ radius: Float, _ halfWidth: Float, _ tone: Part.Tone = .body) -> Part {
  Part(shape: .hoop(centre: Point(x, y), radius: radius, halfWidth: halfWidth), tone: tone)
}

func polygon(_ tone: Part.Tone = .body, _ corners: (Float, Float)...) -> Part {
  Part(shape: .polygon(corners.map { Point($0.0, $0.1) }), tone: tone)
}

/// A star, or with equal radii a regular polygon.
func star(
  _ x: Float, _ y: Float, points: Int, outer: Float, inner: Float, _ tone: Part.Tone = .body
) -> Part {
  let corners = (0..<2 * points).map { index in
    let radius = index % 2 == 0 ? outer : inner
    let direction = unitVector(turns: Float(index) / Float(2 * points) - 0.25)
    return Point(x, y) + direction * radius
  }
  return Part(shape: .polygon(corners), tone: tone)
}
