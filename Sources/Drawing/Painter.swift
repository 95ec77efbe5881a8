import PromptLensTensors

/// A painter of scenes.
struct Painter {
  let scene: Scene
  let style: PictureStyle
  /// The noise of the strokes.
  private let brush: Noise

  init(_ scene: Scene, style: PictureStyle, numbers: inout RandomStream) {
    self.scene = scene
    self.style = style
    brush = Noise(seed: UInt32(numbers.integer(below: 1 << 31)))
  }

  /// Returns the picture.
  func canvas(size: Int) -> Canvas {
    var canvas = Canvas(size: size)
    canvas.paint { _, _, point, _ in background(at: point) }
    for figure in scene.clutter + [scene.main] { draw(figure, on: &canvas) }
    finish(&canvas)
    return canvas
  }

  // MARK: - Differences of the styles

  private func background(at point: Point) -> RGB {
    switch style {
    case .photo, .negative: scene.background.color(at: point, tint: scene.tint, noise: scene.noise)
    case .painting:
      scene.background.color(at: point + warp(point, 0.1), tint: scene.tint, noise: scene.noise)
    case .cartoon:
      // One flat pastel above another: the background's colors at the top and at the bottom.
      mix(
        scene.background.color(at: Point(0.1, point.y < 0.1 ? -0.8 : 0.62), tint: scene.tint, noise: scene.noise),
        RGB(repeating: 1), 0.45)
    case .sketch: RGB(repeating: 0.95 + 0.03 * brush.smooth(point * 9))
    }
  }

  private func draw(_ figure: Scene.Figure, on canvas: inout Canvas) {
    let parts = figure.thing.parts(figure.variation)
    let pixels = Float(canvas.size) / 2 * figure.size
    let reach = figure.size * 1.6
    if style == .photo || style == .negative { drawShadow(of: figure, parts, on: &canvas) }
    // Thin outlines vanish on small pictures.
    let outline = max(1.1 / pixels, 0.05)
    for part in parts {
      canvas.paint(around: figure.center, reach: reach) { point, color in
        let position = figure.local(style == .painting || style == .sketch ? point + warp(point, wobble) : point)
        let distance = part.distance(position)
        let coverage = min(max(0.5 - distance * pixels, 0), 1)
        switch style {
        case .photo, .painting, .negative:
          guard coverage > 0 else { return }
          color = mix(color, shaded(figure, part, position, distance), coverage)
        case .cartoon:
          let inked = min(max(0.5 - (distance - outline) * pixels, 0), 1)
          guard inked > 0 else { return }
          color = mix(mix(color, RGB(repeating: 0.04), inked), flat(figure, part, position), coverage)
        case .sketch:
          let line = min(max(0.5 - (abs(distance) - outline * 0.6) * pixels, 0), 1)
          guard coverage > 0 || line > 0 else { return }
          color = mix(mix(color, hatched(figure, part, point, position), coverage), RGB(repeating: 0.25), line * 0.9)
        }
      }
    }
  }

  private func finish(_ canvas: inout Canvas) {
    switch style {
    case .photo: develop(&canvas)
    case .negative:
      develop(&canvas)
      canvas.paint { _, _, _, color in RGB(repeating: 1) - color }
    case .painting: stroke(&canvas)
    case .cartoon: break
    case .sketch:
      canvas.paint { x, y, _, color in RGB(repeating: luminance(color)) + 0.04 * brush.value(x, y) }
    }
  }

  // MARK: - Colors of a part

  private func base(_ figure: Scene.Figure, _ part: Component, _ position: Point) -> RGB {
    switch part.tone {
    case .body: mix(figure.body, figure.second, figure.texture.share(at: position, noise: scene.noise))
    case .accent: figure.accent
    case .dark: RGB(0.16, 0.14, 0.15)
    case .light: RGB(0.9, 0.89, 0.84)
    }
  }

  /// Returns the color of a component lit from one side, darker toward the border, with a highlight.
  private func shaded(_ figure: Scene.Figure, _ part: Component, _ position: Point, _ distance: Float) -> RGB {
    let lit = 0.95 + 0.3 * (position.x * scene.light.x + position.y * scene.light.y)
    let border = min(max(-distance / 0.25, 0), 1)
    let spot = max(1 - 2.5 * length(position - scene.light * 0.35), 0)
    return base(figure, part, position) * (lit * (0.72 + 0.28 * border)) + 0.28 * spot * spot
  }

  /// Returns the color of a component without light and shade, at its brightest.
  private func flat(_ figure: Scene.Figure, _ part: Component, _ position: Point) -> RGB {
    let color = base(figure, part, position)
    return mix(RGB(repeating: luminance(color)), color, 1.35) * 1.1
  }

  /// Returns the color of paper with lines, the denser the darker.
  private func hatched(_ figure: Scene.Figure, _ part: Component, _ point: Point, _ position: Point) -> RGB {
    let dark = 1 - luminance(base(figure, part, position))
    let phase = (point.x + point.y) * 9
    let isLine = phase - phase.rounded(.down) < dark * 0.55
    return RGB(repeating: isLine && dark > 0.3 ? 0.62 : 0.93)
  }

  private func drawShadow(of figure: Scene.Figure, _ parts: [Component], on canvas: inout Canvas) {
    let offset = Point(-scene.light.x, 1) * (figure.size * 0.14)
    canvas.paint(around: figure.center + offset, reach: figure.size * 1.4) { point, color in
      let position = figure.local(point - offset)
      var distance = Float.greatestFiniteMagnitude
      for part in parts { distance = min(distance, part.distance(position)) }
      let depth = min(max(0.6 - distance * 4, 0), 1)
      if depth > 0 { color *= 1 - 0.42 * depth }
    }
  }

  // MARK: - After everything is drawn

  /// Adds the effects of a camera: exposure, a color cast, dark corners, blur and grain.
  private func develop(_ canvas: inout Canvas) {
    canvas.blur(0.35 + 0.3 * brush.value(1, 2))
    let grain = 0.05 + 0.035 * brush.value(3, 4)
    canvas.paint { x, y, position, color in
      let corner = 1 - 0.14 * (position.x * position.x + position.y * position.y)
      let grains = RGB(brush.value(x, y), brush.value(x, y + 1000), brush.value(x, y + 2000))
      return color * scene.cast * (scene.exposure * corner) + grains * grain
    }
  }

  /// Adds strokes: each pixel has the color of a point near it, in few steps, on a rough canvas.
  private func stroke(_ canvas: inout Canvas) {
    let before = canvas
    let scale = Float(canvas.size) / 48
    canvas.paint { x, y, _, _ in
      let (column, row) = (Int(Float(x) / (2 * scale)), Int((Float(y) + Float(x) * 0.5) / (3 * scale)))
      let jitter = Point(brush.value(column, row), brush.value(column + 500, row)) * (0.9 * scale)
      var color = before.nearest(x + Int(jitter.x.rounded()), y + Int(jitter.y.rounded()))
      for channel in 0..<3 { color[channel] = (color[channel] * 6).rounded() / 6 }
      let warm = mix(color, color * RGB(1.08, 0.98, 0.8) + RGB(0.05, 0.03, 0), 0.8)
      return warm * (1 + 0.12 * brush.value(column, row + 900)) + 0.03 * brush.value(x, y)
    }
  }

  private var wobble: Float { style == .painting ? 0.05 : 0.03 }

  private func warp(_ point: Point, _ amount: Float) -> Point {
    Point(brush.smooth(point * 4), brush.smooth(point * 4 + 40)) * amount
  }
}
