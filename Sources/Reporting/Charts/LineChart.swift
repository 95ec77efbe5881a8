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
    /// Whether the series is one to compare with, the only dashed one of its chart.
    let isBaseline: Bool

    /// Creates a named series.
    package init(_ name: String, _ points: [Point], isBaseline: Bool = false) {
      self.name = name
      self.points = points.sorted { $0.x < $1.x }
      self.isBaseline = isBaseline
    }
  }

  /// A single measurement beside the series, drawn as a star, such as zero-shot accuracy at 0 shots.
  package struct Star: Sendable {
    let name: String
    let x: Double
    let y: Double

    /// Creates a named star.
    package init(_ name: String, x: Double, y: Double) {
      self.name = name
      self.x = x
      self.y = y
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
  let axes: (x: Axis, y: Axis)
  let series: [Series]
  private let levels: [Level]
  let stars: [Star]

  /// Creates a line chart.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - summary: A sentence for screen readers.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - series: The lines, the most important first; a point that isn't a number breaks its line.
  ///   - levels: Horizontal reference lines.
  ///   - stars: Single measurements.
  package init(
    title: String, summary: String, x: Axis, y: Axis, series: [Series], levels: [Level] = [], stars: [Star] = []
  ) {
    self.title = title
    self.summary = summary
    axes = (x, y)
    self.series = series
    self.levels = levels
    self.stars = stars
  }

  /// Returns the chart under another title.
  package func titled(_ title: String) -> LineChart {
    LineChart(
      title: title, summary: summary, x: axes.x, y: axes.y, series: series, levels: levels, stars: stars)
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
    for star in stars { table.append(star.name, "\(star.x)", "\(star.y)", "", "") }
    return table
  }

  /// The largest number of points for which a line shows markers; with more, they're only shown on hover.
  private static let markLimit = 60

  /// Draws the chart.
  package func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String {
    let styles = styles(in: series)
    var sheet = Sheet(title: title, legend: legend(styles), width: width)
    var leftOut = LeftOut()
    let (paper, height) = (sheet.width, 210.0)
    sheet.draw(height: PlotArea.height(of: height)) { markup, top in
      drawPlot(styles, width: paper, top: top, height: height, &leftOut, into: &markup)
    }
    return sheet.svg(of: self, id: id, remarks: leftOut.remarks, in: surroundings)
  }

  /// Returns the style of each series by its name, by its place among all of a chart or of several panels.
  func styles(in all: [Series]) -> [String: SeriesStyle] {
    let hasBaselines = all.contains(where: \.isBaseline)
    return Dictionary(
      all.enumerated().map { index, line in
        let look: SeriesStyle.Line = line.isBaseline ? .baseline : hasBaselines ? .solid : .own
        return (line.name, SeriesStyle(index: index, line: look))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the entries of the legend.
  func legend(_ styles: [String: SeriesStyle]) -> [Sheet.Entry] {
    series.compactMap { line in
      styles[line.name].map { .init(name: line.name, sample: .line($0), key: "\($0.index)") }
    } + stars.map { .init(name: $0.name, sample: .star(Self.starStyle)) }
      + levels.map { .init(name: $0.name, sample: .reference) }
  }

  /// Stars are in the ink of the text.
  static let starStyle = SeriesStyle(index: SeriesStyle.colors.count)

  /// Draws the frame and everything in it.
  func drawPlot(
    _ styles: [String: SeriesStyle], width: Double, top: Double, height: Double,
    naming names: (x: Bool, y: Bool) = (true, true), _ leftOut: inout LeftOut, into markup: inout Markup
  ) {
    let area = PlotArea(axes, data: shown, width: width, top: top, height: height)
    area.drawFrame(naming: names, into: &markup)
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
    func grouped(_ style: SeriesStyle, _ content: (inout Markup) -> Void) {
      markup.element("g", ["data-key": "\(style.index)"], content: content)
    }
    for line in series {
      guard let style = styles[line.name] else { continue }
      grouped(style) { drawBands(line, style, in: area, into: &$0) }
    }
    for line in series {
      guard let style = styles[line.name] else { continue }
      grouped(style) { draw(line, style, in: area, &leftOut, into: &$0) }
    }
    for star in stars {
      guard leftOut.keeps(star.x, star.y, on: axes.x, axes.y), let x = area.across(star.x), let y = area.down(star.y)
      else { continue }
      Self.starStyle.star(x: x, y: y, hover: "\(star.name): \(axes.y.text(star.y))", into: &markup)
    }
  }

  /// The values that both axes can show, with the bands' ends.
  private var shown: (x: [Double], y: [Double]) {
    let points = series.flatMap(\.points)
      .filter { axes.x.position(of: $0.x) != nil && axes.y.position(of: $0.y) != nil }
    let beside = stars.filter { axes.x.position(of: $0.x) != nil && axes.y.position(of: $0.y) != nil }
    return (
      points.map(\.x) + beside.map(\.x),
      points.flatMap { [$0.y] + ($0.band.map { [$0.low, $0.high] } ?? []) } + levels.map(\.value) + beside.map(\.y)
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

extension LineChart.Series {
  /// The number of measurements.
  package var count: Int { points.count }

  /// The measured values.
  package var values: [Double] { points.map(\.y) }

  /// The ends of the measurements' bands.
  package var ends: [Double] { points.flatMap { point in point.band.map { [$0.low, $0.high] } ?? [] } }

  /// Returns the means over charts of the baselines that all of them have, at every x that all of them have.
  package static func means(of charts: [LineChart]) -> [LineChart.Series] {
    guard let first = charts.first else { return [] }
    return first.series.filter(\.isBaseline).compactMap { line in
      let alike = charts.compactMap { chart in chart.series.first { $0.name == line.name && $0.isBaseline } }
      guard alike.count == charts.count else { return nil }
      let points = line.points.compactMap { point -> LineChart.Point? in
        let values = alike.compactMap { other in other.points.first { $0.x == point.x }?.y }
        guard values.count == charts.count else { return nil }
        return LineChart.Point(point.x, values.reduce(0, +) / Double(values.count))
      }
      return points.isEmpty ? nil : LineChart.Series(line.name, points, isBaseline: true)
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
      series.map { line in
        var object = JSON.Object()
        object["name"] = .string(line.name)
        object["points"] = .array(line.points.map(\.json))
        if line.isBaseline { object["baseline"] = true }
        return .object(object)
      })
    object["levels"] = .array(levels.map { ["name": .string($0.name), "value": .measurement($0.value)] })
    if !stars.isEmpty {
      object["stars"] = .array(
        stars.map { ["name": .string($0.name), "x": .measurement($0.x), "y": .measurement($0.y)] })
    }
    return object
  }

  /// Decodes a line chart.
  package init(decoding node: JSONNode) throws {
    self.init(
      title: try node.string("title"), summary: try node.string("summary"), x: try Axis(decoding: node.node("x")),
      y: try Axis(decoding: node.node("y")),
      series: try node.array("series").map {
        Series(
          try $0.string("name"), try $0.array("points").map { try Point(decoding: $0) },
          isBaseline: try $0["baseline"]?.bool() ?? false)
      }, levels: try node.array("levels").map { Level(try $0.string("name"), try $0.measurement("value")) },
      stars: try node["stars"]?.array().map {
        Star(try $0.string("name"), x: try $0.measurement("x"), y: try $0.measurement("y"))
      } ?? [])
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
