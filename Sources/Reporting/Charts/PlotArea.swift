/// The rectangle between two axes, with its frame.
struct PlotArea {
  let x: Axis
  let y: Axis
  private let xTicks: Ticks
  private let yTicks: Ticks
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  /// Returns the height of a drawing with its labels.
  static func height(of drawing: Double) -> Double { drawing + 3 * ChartText.line + 6 }

  /// Fits the axes to values.
  ///
  /// - Parameters:
  ///   - axes: The horizontal and the vertical axis.
  ///   - data: The values to show on each.
  ///   - width: The width of the sheet.
  ///   - top: The vertical coordinate of the plot's top, its upper label included.
  ///   - height: The height of the drawing.
  init(
    _ axes: (x: Axis, y: Axis), data: (x: [Double], y: [Double]), width: Double, top: Double, height: Double
  ) {
    (x, y) = axes
    xTicks = Ticks(axes.x, data: data.x, count: max(2, Int(width / 70)))
    yTicks = Ticks(axes.y, data: data.y, count: max(2, Int(height / 40)))
    let labels = yTicks.values.map { [yTicks] in ChartText.width(yTicks.label($0, axis: axes.y)) }
    left = Sheet.margin + min(labels.max() ?? 0, width / 3) + 6
    right = width - Sheet.margin - 8
    self.top = top + ChartText.line + 2
    bottom = self.top + height
  }

  /// Returns the horizontal coordinate of a value; `nil` if the axis can't show it.
  func across(_ value: Double) -> Double? { x.position(of: value).map(across(position:)) }

  /// Returns the vertical coordinate of a value; `nil` if the axis can't show it.
  func down(_ value: Double) -> Double? { y.position(of: value).map(down(position:)) }

  func across(position: Double) -> Double { left + Self.share(position, of: xTicks.ends) * (right - left) }

  func down(position: Double) -> Double { bottom - Self.share(position, of: yTicks.ends) * (bottom - top) }

  /// The positions at the ends of the axes.
  var ends: (x: ClosedRange<Double>, y: ClosedRange<Double>) { (xTicks.ends, yTicks.ends) }

  private static func share(_ position: Double, of ends: ClosedRange<Double>) -> Double {
    (position - ends.lowerBound) / (ends.upperBound - ends.lowerBound)
  }

  /// Draws rules, ticks, their labels and the axes' names. Labels that would overlap are omitted.
  ///
  /// - Parameters:
  ///   - names: Whether the axes' names are drawn, too; neighbors in a row or column of panels share them.
  ///   - markup: The markup to write to.
  func drawFrame(naming names: (x: Bool, y: Bool) = (true, true), into markup: inout Markup) {
    if names.y {
      markup.element(
        "text", ["class": "muted", "x": Sheet.margin.coordinate, "y": (top - 7).coordinate],
        text: ChartText.fitted("↑ \(y.label)", limit: right - Sheet.margin))
    }
    var free = bottom + ChartText.line
    for value in yTicks.values.sorted() {
      guard let at = down(value), at >= top - 0.5, at <= bottom + 0.5 else { continue }
      rule(x: (left, right), y: (at, at), name: "rule", &markup)
      guard at <= free - ChartText.line else { continue }
      free = at
      markup.element(
        "text",
        ["class": "tick", "x": (left - 5).coordinate, "y": (at + 3.8).coordinate, "text-anchor": "end"],
        text: yTicks.label(value, axis: y))
    }
    var used = -Double.infinity
    for value in xTicks.values.sorted() {
      guard let at = across(value), at >= left - 0.5, at <= right + 0.5 else { continue }
      rule(x: (at, at), y: (bottom, bottom + 4), name: "axis", &markup)
      let label = xTicks.label(value, axis: x)
      let half = ChartText.width(label) / 2
      guard at - half >= used + 5, at + half <= right + Sheet.margin + 8 else { continue }
      used = at + half
      markup.element(
        "text",
        ["class": "tick", "x": at.coordinate, "y": (bottom + ChartText.line + 2).coordinate, "text-anchor": "middle"],
        text: label)
    }
    rule(x: (left, right), y: (bottom, bottom), name: "axis", &markup)
    guard names.x else { return }
    markup.element(
      "text",
      [
        "class": "muted", "x": right.coordinate, "y": (bottom + 2 * ChartText.line + 2).coordinate,
        "text-anchor": "end",
      ], text: ChartText.fitted("\(x.label) →", limit: right - Sheet.margin))
  }

  private func rule(
    x: (Double, Double), y: (Double, Double), name: String, _ markup: inout Markup
  ) {
    markup.element(
      "line",
      [
        "class": name, "x1": x.0.coordinate, "x2": x.1.coordinate, "y1": y.0.coordinate, "y2": y.1.coordinate,
      ])
  }
}
