import PromptLensJSONDocuments

/// A chart of series over a common quantity, with bands of uncertainty, such as accuracy against shots by method.
package struct LineChart: Chart {
  /// A measurement of a series.
  package struct Point: Sendable {
    let x: Double
    let y: Double
    let band: (low: Double, high: Double)?

    /// Creates a measurement, optionally with an interval.
    package init(_ x: Double, _ y: Double, band: (low: Double, high: Double)? = nil) {
      self.x = x
      self.y = y
      self.band = band
    }
  }

  /// A series of measurements joined by a line in the order of x.
  package struct Series: Sendable {
    let name: String
    let points: [Point]

    /// Creates a named series.
    package init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points.sorted { $0.x < $1.x }
    }
  }

  /// A horizontal reference line, such as zero-shot accuracy or chance.
  package struct Level: Sendable {
    let name: String
    let value: Double

    /// Creates a named level.
    package init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The title.
  package let title: String
  /// A sentence on the chart for screen readers.
  package let summary: String
  private let axes: (x: Axis, y: Axis)
  private let series: [Series]
  private let levels: [Level]

  /// Creates a line chart.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - summary: A sentence for screen readers.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - series: The lines, the most important first; a point that isn't a number breaks its line.
  ///   - levels: Horizontal reference lines.
  package init(title: String, summary: String, x: Axis, y: Axis, series: [Series], levels: [Level] = []) {
    self.title = title
    self.summary = summary
    axes = (x, y)
    self.series = series
    self.levels = levels
  }

  /// Returns all values, including those that the chart omits.
  package func data() -> Table {
    var table = Table(
      title: title,
      columns: [.text("series"), .number(axes.x.label), .number(axes.y.label), .number("low"), .number("high")])
    for line in series {
      for point in line.points {
        let band = point.band.map { ["\($0.low)", "\($0.high)"] } ?? ["", ""]
        table.append([line.name, "\(point.x)", "\(point.y)"] + band)
      }
    }
    for level in levels { table.append(level.name, "", "\(level.value)", "", "") }
    return table
  }

  /// The largest number of points for which a line shows markers; with more, they're only shown on hover.
  private static let markLimit = 60

  /// Draws the chart.
  package func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String {
    let styles = series.indices.map { SeriesStyle(index: $0) }
    var sheet = Sheet(
      title: title,
      legend: zip(series, styles).map { .init(name: $0.name, sample: .line($1)) }
        + levels.map { .init(name: $0.name, sample: .reference) },
      width: width)
    let paper = sheet.width
    var leftOut = LeftOut()
    let height = 210.0
    sheet.draw(height: PlotArea.height(of: height)) { markup, top in
      let area = PlotArea(axes, data: shown, width: paper, top: top, height: height)
      area.drawFrame(into: &markup)
      for level in levels {
        guard let y = area.down(level.value) else {
          leftOut.add()
          continue
        }
        markup.element(
          "line",
          [
            "class": "reference", "x1": area.left.coordinate, "x2": area.right.coordinate, "y1": y.coordinate,
            "y2": y.coordinate,
          ]
        ) { $0.hover("\(level.name): \(axes.y.text(level.value))") }
      }
      for (line, style) in zip(series, styles) { drawBands(line, style, in: area, into: &markup) }
      for (line, style) in zip(series, styles) { draw(line, style, in: area, &leftOut, into: &markup) }
    }
    return sheet.svg(of: self, id: id, remarks: leftOut.remarks, in: surroundings)
  }

  /// The values that both axes can show, with the bands' ends.
  private var shown: (x: [Double], y: [Double]) {
    let points = series.flatMap(\.points)
      .filter { axes.x.position(of: $0.x) != nil && axes.y.position(of: $0.y) != nil }
    return (
      points.map(\.x),
      points.flatMap { [$0.y] + ($0.band.map { [$0.low, $0.high] } ?? []) } + levels.map(\.value)
    )
  }

  /// Returns the runs of neighboring points between which the line isn't broken.
  private func runs(of line: Series, where keeps: (Point) -> Bool) -> [[Point]] {
    line.points.reduce(into: [[]]) { runs, point in
      if keeps(point) { runs[runs.count - 1].append(point) } else { runs.append([]) }
    }
  }

  private func drawBands(_ line: Series, _ style: SeriesStyle, in area: PlotArea, into markup: inout Markup) {
    let banded = runs(of: line) { point in
      guard let band = ends(of: point) else { return false }
      return area.across(point.x) != nil && area.down(band.low) != nil && area.down(band.high) != nil
    }
    for run in banded where run.count > 1 {
      let upper = run.map { corner($0.x, ends(of: $0)?.high ?? $0.y, in: area) }
      let lower = run.reversed().map { corner($0.x, ends(of: $0)?.low ?? $0.y, in: area) }
      markup.element(
        "polygon", ["class": "band \(style.name)", "points": (upper + lower).joined(separator: " ")])
    }
    // A band of a single point has no area; a whisker shows it.
    for point in banded.filter({ $0.count == 1 }).joined() {
      guard let x = area.across(point.x), let band = ends(of: point), let low = area.down(band.low),
        let high = area.down(band.high)
      else { continue }
      markup.element(
        "line",
        [
          "class": "whisker \(style.name)", "x1": x.coordinate, "x2": x.coordinate, "y1": low.coordinate,
          "y2": high.coordinate,
        ])
    }
  }

  private func ends(of point: Point) -> (low: Double, high: Double)? {
    point.band.map { (axes.y.clamped($0.low), axes.y.clamped($0.high)) }
  }

  private func corner(_ x: Double, _ y: Double, in area: PlotArea) -> String {
    "\((area.across(x) ?? area.left).coordinate),\((area.down(y) ?? area.bottom).coordinate)"
  }

  private func draw(
    _ line: Series, _ style: SeriesStyle, in area: PlotArea, _ leftOut: inout LeftOut, into markup: inout Markup
  ) {
    let drawn = runs(of: line) { leftOut.keeps($0.x, $0.y, on: axes.x, axes.y) }
    for run in drawn where run.count > 1 {
      markup.element(
        "polyline",
        [
          "class": "line \(style.name)", "points": run.map { corner($0.x, $0.y, in: area) }.joined(separator: " "),
          "stroke-dasharray": style.dash.isEmpty ? "none" : style.dash,
        ])
    }
    let isDense = line.points.count > Self.markLimit
    for point in drawn.joined() {
      guard let x = area.across(point.x), let y = area.down(point.y) else { continue }
      let band = point.band.map { " (\(axes.y.text($0.low)) to \(axes.y.text($0.high)))" } ?? ""
      style.mark(
        x: x, y: y, hover: "\(line.name), \(axes.x.label) \(axes.x.text(point.x)): \(axes.y.text(point.y))\(band)",
        isHidden: isDense, into: &markup)
    }
  }
}

// MARK: - As data

extension LineChart {
  package static let kind = "line"

  /// Encodes axes, series and levels.
  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["x"] = axes.x.json
    object["y"] = axes.y.json
    object["series"] = .array(
      series.map { ["name": .string($0.name), "points": .array($0.points.map(\.json))] })
    object["levels"] = .array(levels.map { ["name": .string($0.name), "value": .measurement($0.value)] })
    return object
  }

  /// Decodes a line chart.
  package init(decoding node: JSONNode) throws {
    self.init(
      title: try node.string("title"), summary: try node.string("summary"), x: try Axis(decoding: node.node("x")),
      y: try Axis(decoding: node.node("y")),
      series: try node.array("series").map {
        Series(try $0.string("name"), try $0.array("points").map { try Point(decoding: $0) })
      }, levels: try node.array("levels").map { Level(try $0.string("name"), try $0.measurement("value")) })
  }
}

extension LineChart.Point {
  fileprivate var json: JSON {
    var object = JSON.Object()
    object["x"] = .measurement(x)
    object["y"] = .measurement(y)
    if let band { object["band"] = [.measurement(band.low), .measurement(band.high)] }
    return .object(object)
  }

  fileprivate init(decoding node: JSONNode) throws {
    let band = try node["band"]?.array().map { try $0.measurement() }
    guard band.map({ $0.count == 2 }) ?? true else { throw node.unexpected(expected: "a band of two numbers") }
    self.init(
      try node.measurement("x"), try node.measurement("y"), band: band.map { (low: $0[0], high: $0[1]) })
  }
}
