import PromptLensJSONDocuments

/// A chart of points in a plane, such as target against source accuracy, with the line of equality and a fit.
package struct ScatterChart: Chart {
  /// A point with two measurements.
  package struct Point: Sendable {
    let name: String
    let x: Double
    let y: Double
    let xInterval: ClosedRange<Double>?
    let yInterval: ClosedRange<Double>?

    /// Creates a point, optionally with intervals.
    package init(
      _ name: String, x: Double, y: Double, xInterval: ClosedRange<Double>? = nil,
      yInterval: ClosedRange<Double>? = nil
    ) {
      self.name = name
      self.x = x
      self.y = y
      self.xInterval = xInterval
      self.yInterval = yInterval
    }
  }

  /// A group of points that share a color and a marker.
  package struct Group: Sendable {
    let name: String
    let points: [Point]

    /// Creates a named group.
    package init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// A straight line in the axes' own scales: `s(y) = intercept + slope · s(x)`, with `s` the logit on logit axes, the
  /// decimal logarithm on logarithmic ones and nothing on linear ones.
  package struct Fit: Sendable {
    let name: String
    let slope: Double
    let intercept: Double

    /// Creates a named line.
    package init(_ name: String, slope: Double, intercept: Double) {
      self.name = name
      self.slope = slope
      self.intercept = intercept
    }
  }

  /// The title.
  package let title: String
  /// A sentence on the chart for screen readers.
  package let summary: String
  let axes: (x: Axis, y: Axis)
  let groups: [Group]
  let showsEquality: Bool
  let fits: [Fit]

  /// Creates a scatter chart.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - summary: A sentence for screen readers.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - groups: The points; names are placed next to points if there is room.
  ///   - showsEquality: Whether the line y = x is drawn.
  ///   - fits: Additional lines.
  package init(
    title: String, summary: String, x: Axis, y: Axis, groups: [Group], showsEquality: Bool = false, fits: [Fit] = []
  ) {
    self.title = title
    self.summary = summary
    axes = (x, y)
    self.groups = groups
    self.showsEquality = showsEquality
    self.fits = fits
  }

  /// Returns all values, including those that the chart omits.
  package func data() -> Table {
    let ends = ["low", "high"].flatMap { end in
      [axes.x.label, axes.y.label].map { Table.Column.number("\($0), \(end)") }
    }
    var table = Table(
      title: title,
      columns: [.text("group"), .text("name"), .number(axes.x.label), .number(axes.y.label)] + ends)
    for group in groups {
      for point in group.points {
        let intervals = [point.xInterval, point.yInterval]
        let lows = intervals.map { interval in interval.map { "\($0.lowerBound)" } ?? "" }
        let highs = intervals.map { interval in interval.map { "\($0.upperBound)" } ?? "" }
        table.append([group.name, point.name, "\(point.x)", "\(point.y)"] + lows + highs)
      }
    }
    return table
  }

  /// Draws the chart.
  package func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String {
    let styles = groups.indices.map { SeriesStyle(index: $0) }
    let lines = (showsEquality ? ["y = x"] : []) + fits.map(\.name)
    var sheet = Sheet(
      title: title,
      legend: (groups.count > 1 || groups.first?.name.isEmpty == false
        ? zip(groups, styles).map { .init(name: $0.name, sample: .mark($1), key: "\($1.index)") } : [])
        + lines.enumerated().map { .init(name: $1, sample: sample(ofLine: $0)) },
      width: width)
    let paper = sheet.width
    var leftOut = LeftOut()
    let height = 300.0
    sheet.draw(height: PlotArea.height(of: height)) { markup, top in
      let points = groups.flatMap(\.points)
      let shown = points.filter { leftOut.keeps($0.x, $0.y, on: axes.x, axes.y) }
      let area = PlotArea(
        axes,
        data: (
          shown.flatMap { [$0.x] + Self.ends($0.xInterval) }, shown.flatMap { [$0.y] + Self.ends($0.yInterval) }
        ), width: paper, top: top, height: height)
      area.drawFrame(into: &markup)
      if showsEquality { draw(Fit("y = x", slope: 1, intercept: 0), line: 0, in: area, into: &markup) }
      for (index, fit) in fits.enumerated() {
        draw(fit, line: index + lines.count - fits.count, in: area, into: &markup)
      }
      var labels = LabelPlacement(area: area)
      for (group, style) in zip(groups, styles) {
        markup.element("g", ["data-key": "\(style.index)"]) { draw(group, style, in: area, &labels, into: &$0) }
      }
      labels.draw(into: &markup)
    }
    return sheet.svg(of: self, id: id, remarks: leftOut.remarks, in: surroundings)
  }

  private static func ends(_ interval: ClosedRange<Double>?) -> [Double] {
    interval.map { [$0.lowerBound, $0.upperBound] } ?? []
  }

  /// Returns the style of a line: the first is the gray of references, others take the styles after the groups'.
  private func sample(ofLine index: Int) -> Sheet.Entry.Sample {
    index == 0 ? .reference : .fit(SeriesStyle(index: groups.count + index - 1))
  }

  private func draw(
    _ group: Group, _ style: SeriesStyle, in area: PlotArea, _ labels: inout LabelPlacement, into markup: inout Markup
  ) {
    for point in group.points {
      guard let x = area.across(point.x), let y = area.down(point.y) else { continue }
      let across = Self.ends(point.xInterval).compactMap { area.across(axes.x.clamped($0)) }
      let down = Self.ends(point.yInterval).compactMap { area.down(axes.y.clamped($0)) }
      if across.count == 2 { whisker(x: (across[0], across[1]), y: (y, y), style, &labels, &markup) }
      if down.count == 2 { whisker(x: (x, x), y: (down[0], down[1]), style, &labels, &markup) }
      style.mark(
        x: x, y: y,
        hover: "\(point.name): \(axes.x.label) \(axes.x.text(point.x)), \(axes.y.label) \(axes.y.text(point.y))",
        into: &markup)
      labels.add(point.name, x: x, y: y)
    }
  }

  private func whisker(
    x: (Double, Double), y: (Double, Double), _ style: SeriesStyle, _ labels: inout LabelPlacement,
    _ markup: inout Markup
  ) {
    labels.keepClear(x: x, y: y)
    markup.element(
      "line",
      [
        "class": "whisker \(style.name)", "x1": x.0.coordinate, "x2": x.1.coordinate, "y1": y.0.coordinate,
        "y2": y.1.coordinate,
      ])
  }

  /// Draws the part of a line that lies in the frame.
  private func draw(_ fit: Fit, line index: Int, in area: PlotArea, into markup: inout Markup) {
    let (across, up) = area.ends
    var (from, to) = (across.lowerBound, across.upperBound)
    func height(_ position: Double) -> Double { fit.intercept + fit.slope * position }
    guard fit.slope.isFinite, fit.intercept.isFinite else { return }
    if fit.slope == 0 {
      guard up.contains(fit.intercept) else { return }
    } else {
      let crossings = [up.lowerBound, up.upperBound].map { ($0 - fit.intercept) / fit.slope }.sorted()
      (from, to) = (max(from, crossings[0]), min(to, crossings[1]))
      guard from < to else { return }
    }
    let style: (name: String, dash: String) =
      switch sample(ofLine: index) {
      case .fit(let style): ("line \(style.name)", style.dash.isEmpty ? "none" : style.dash)
      default: ("reference", "4 3")
      }
    markup.element(
      "line",
      [
        "class": style.name, "stroke-dasharray": style.dash, "x1": area.across(position: from).coordinate,
        "x2": area.across(position: to).coordinate, "y1": area.down(position: height(from)).coordinate,
        "y2": area.down(position: height(to)).coordinate,
      ]
    ) { $0.hover(fit.name) }
  }
}

// MARK: - As data

extension ScatterChart {
  package static let kind = "scatter"

  /// Encodes axes, groups and lines.
  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["x"] = axes.x.json
    object["y"] = axes.y.json
    object["groups"] = .array(
      groups.map { ["name": .string($0.name), "points": .array($0.points.map(\.json))] })
    object["shows_equality"] = .bool(showsEquality)
    object["fits"] = .array(
      fits.map {
        ["name": .string($0.name), "slope": .measurement($0.slope), "intercept": .measurement($0.intercept)]
      })
    return object
  }

  /// Decodes a scatter chart.
  package init(decoding node: JSONNode) throws {
    self.init(
      title: try node.string("title"), summary: try node.string("summary"), x: try Axis(decoding: node.node("x")),
      y: try Axis(decoding: node.node("y")),
      groups: try node.array("groups").map {
        Group(try $0.string("name"), try $0.array("points").map { try Point(decoding: $0) })
      }, showsEquality: try node.bool("shows_equality"),
      fits: try node.array("fits").map {
        Fit(try $0.string("name"), slope: try $0.measurement("slope"), intercept: try $0.measurement("intercept"))
      })
  }
}

extension ScatterChart.Point {
  fileprivate var json: JSON {
    [
      "name": .string(name), "x": .measurement(x), "y": .measurement(y), "x_interval": .interval(xInterval),
      "y_interval": .interval(yInterval),
    ]
  }

  fileprivate init(decoding node: JSONNode) throws {
    self.init(
      try node.string("name"), x: try node.measurement("x"), y: try node.measurement("y"),
      xInterval: try node.interval("x_interval"), yInterval: try node.interval("y_interval"))
  }
}
