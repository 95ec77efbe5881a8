import PromptLensTensors

/// The contents of a picture.
struct Scene: Sendable {
  /// A thing at a position.
  struct Figure: Sendable {
    let thing: Thing
    let color: Color
    let texture: Texture
    /// The color of the body, the texture's second color, and the color of the accents.
    let body, second, accent: RGB
    /// The center of the thing, in a picture within ±1.
    let center: Point
    /// Half of the thing's size.
    let size: Float
    /// The direction in the picture to which the thing's right side points.
    let direction: Point
    let isMirrored: Bool
    /// The ratio of width to height.
    let aspect: Float
    let variation: Variation

    /// Returns a point of the picture in the thing's coordinates.
    func local(_ point: Point) -> Point {
      let offset = (point - center) / size
      let turned = Point(
        offset.x * direction.x + offset.y * direction.y, offset.y * direction.x - offset.x * direction.y)
      return Point(isMirrored ? -turned.x : turned.x, turned.y) / Point(aspect, 1 / aspect)
    }
  }

  let main: Figure
  /// The small things around the main thing, drawn behind it.
  let clutter: [Figure]
  var background: Background
  let tint: RGB
  /// The direction that light comes from.
  let light: Point
  let exposure: Float
  let cast: RGB
  let noise: Noise
}

extension Scene {
  /// Creates a scene with a main thing.
  init(of thing: Thing, numbers: inout RandomStream) {
    main = Figure(
      thing, numbers: &numbers, center: Point(numbers.uniform(-0.22, 0.22), numbers.uniform(-0.18, 0.22)),
      size: numbers.uniform(0.45, 0.8), tilt: 0.07)
    let corners = [Point(-0.72, -0.7), Point(0.72, -0.7), Point(-0.72, 0.72), Point(0.72, 0.72)]
    let first = numbers.integer(below: 4)
    let count = numbers.pick([(0, 0.25), (1, 0.4), (2, 0.35)])
    var clutter: [Figure] = []
    for index in 0..<count {
      let other = Thing.all[numbers.integer(below: Thing.all.count)]
      guard other.name != thing.name else { continue }
      let jitter = Point(numbers.uniform(-0.08, 0.08), numbers.uniform(-0.08, 0.08))
      clutter.append(
        Figure(
          other, numbers: &numbers, center: corners[(first + index) % 4] + jitter, size: numbers.uniform(0.2, 0.3),
          tilt: 0.12))
    }
    self.clutter = clutter
    background = numbers.pick(Background.allCases)
    tint = numbers.pick(Color.all).rgb
    light = unitVector(turns: numbers.uniform(0.55, 0.95))
    exposure = numbers.uniform(0.6, 1.15)
    cast = RGB(numbers.uniform(0.88, 1.08), numbers.uniform(0.92, 1.05), numbers.uniform(0.85, 1.1))
    noise = Noise(seed: UInt32(numbers.integer(below: 1 << 31)))
  }
}

extension Scene.Figure {
  init(_ thing: Thing, numbers: inout RandomStream, center: Point, size: Float, tilt: Float) {
    self.thing = thing
    color = numbers.pick(Color.all)
    texture = numbers.pick([(.plain, 3), (.striped, 1), (.dotted, 1), (.checked, 1), (.speckled, 1)])
    let jitter = RGB(numbers.uniform(-0.06, 0.06), numbers.uniform(-0.06, 0.06), numbers.uniform(-0.06, 0.06))
    body = color.rgb + jitter
    let isBright = luminance(body) > 0.5
    second = mix(body, RGB(repeating: isBright ? 0 : 1), numbers.uniform(0.35, 0.6))
    accent = numbers.pick(Color.all).rgb
    self.center = center
    self.size = size
    direction = unitVector(turns: numbers.uniform(-tilt, tilt))
    isMirrored = numbers.chance(0.5)
    aspect = numbers.uniform(0.88, 1.13)
    variation = Variation(first: numbers.uniform(-1, 1), second: numbers.uniform(-1, 1))
  }
}
