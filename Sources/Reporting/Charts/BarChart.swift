import PromptLensJSONDocuments

/// A chart of horizontal bars from 0, one for each name, such as the change of accuracy by class.
package struct BarChart: Chart {
  /// A bar.
  package struct Bar: Sendable {
    let name: String
    let value: Double
    let interval: ClosedRange<Double>?

    /// Creates a bar, optionally with an interval.
    package init(_ name: String, _ value: Double, interval: ClosedRange<Double>? = nil) {
      self.name = name
      self.value = value
      self.interval = interval
    }
  }

  /// The title.
  package let title: String
  /// A sentence on the chart for screen readers.
  package let summary: String
  private let axis: Axis
  private let bars: [Bar]
  private let signs: (positive: String, negative: String)?

  /// Creates a bar chart.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - summary: A sentence for screen readers.
  ///   - axis: The quantity of the bars' lengths, on a linear scale.
  ///   - bars: The bars, from the top.
  ///   - signs: The meanings of bars to the right and to the left of 0 ("better", "worse"), where the sign has a color.
  package init(
    title: String, summary: String, axis: Axis, bars: [Bar], signs: (positive: String, negative: String)? = nil
  ) {
    self.title = title
    self.summary = summary
    self.axis = Axis(axis.label, scale: .linear, notation: axis.notation, range: axis.range, ticks: axis.ticks)
    self.bars = bars
    self.signs = signs
  }

  /// Returns all values, including those that the chart omits.
  package func data() -> Table {
    var table = Table(
      title: title, columns: [.text("name"), .number(axis.label), .number("low"), .number("high")])
    for bar in bars {
      table.append(
        [bar.name, "\(bar.value)"] + (bar.interval.map { ["\($0.lowerBound)", "\($0.upperBound)"] } ?? ["", ""]))
    }
    return table
  }

  private static let row = 17.0

  /// Draws the chart.
  package func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String {
    var sheet = Sheet(
      title: title,
      legend: signs.map {
        [
          .init(name: $0.positive, sample: .bar(SeriesStyle(index: 0))),
          .init(name: $0.negative, sample: .bar(SeriesStyle(index: 1))),
        ]
      } ?? [], width: width)
    let paper = sheet.width
    var leftOut = LeftOut()
    let height = Double(bars.count) * Self.row + 6
    sheet.draw(height: height + 2 * ChartText.line + 8) { markup, top in
      let frame = frame(width: paper)
      draw(Ticks(axis, data: shown, includesZero: true), frame, top: top, height: height, &leftOut, into: &markup)
    }
    return sheet.svg(of: self, id: id, remarks: leftOut.remarks, in: surroundings)
  }

  private var shown: [Double] {
    bars.filter { axis.position(of: $0.value) != nil }
      .flatMap { [$0.value] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) }
  }

  /// Returns the left and right ends of the bars. Names take the width that they need, up to two fifths; values are
  /// at the right.
  private func frame(width: Double) -> (left: Double, right: Double) {
    let names = bars.map { ChartText.width($0.name) }.max() ?? 0
    let values = bars.map { ChartText.width(axis.text($0.value)) }.max() ?? 0
    return (Sheet.margin + min(names, width * 0.4) + 8, width - Sheet.margin - values - 8)
  }

  private func draw(
    _ ticks: Ticks, _ frame: (left: Double, right: Double), top: Double, height: Double, _ leftOut: inout LeftOut,
    into markup: inout Markup
  ) {
    func across(_ value: Double) -> Double {
      let value = min(max(value, ticks.ends.lowerBound), ticks.ends.upperBound)
      let share = (value - ticks.ends.lowerBound) / (ticks.ends.upperBound - ticks.ends.lowerBound)
      return frame.left + share * (frame.right - frame.left)
    }
    let bottom = top + height
    drawTicks(ticks, frame, across: across, y: (top, bottom), into: &markup)
    for (index, bar) in bars.enumerated() {
      let middle = top + 3 + (Double(index) + 0.5) * Self.row
      let said = "\(bar.name): \(axis.text(bar.value))"
      markup.element(
        "text",
        ["x": (frame.left - 6).coordinate, "y": (middle + 3.8).coordinate, "text-anchor": "end"],
        text: ChartText.fitted(bar.name, limit: frame.left - 6 - Sheet.margin))
      markup.element(
        "text",
        [
          "class": "muted", "x": (frame.right + 6).coordinate, "y": (middle + 3.8).coordinate,
        ], text: axis.text(bar.value))
      guard leftOut.keeps(bar.value, on: axis) else { continue }
      let ends = [across(0), across(bar.value)].sorted()
      let style = SeriesStyle(index: signs != nil && bar.value < 0 ? 1 : 0)
      markup.element(
        "rect",
        [
          "class": "mark \(style.name)", "x": ends[0].coordinate, "y": (middle - 5.5).coordinate,
          "width": max(ends[1] - ends[0], 0.5).coordinate, "height": "11",
        ]
      ) { $0.hover(said) }
      if let interval = bar.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite {
        line(x: (across(interval.lowerBound), across(interval.upperBound)), y: (middle, middle), "over", &markup)
      }
    }
    line(x: (across(0), across(0)), y: (top, bottom), "axis", &markup)
  }

  private func drawTicks(
    _ ticks: Ticks, _ frame: (left: Double, right: Double), across: (Double) -> Double,
    y: (top: Double, bottom: Double),
    into markup: inout Markup
  ) {
    var used = -Double.infinity
    for value in ticks.values where ticks.ends.contains(value) {
      let at = across(value)
      line(x: (at, at), y: (y.top, y.bottom), "rule", &markup)
      let label = ticks.label(value, axis: axis)
      let half = ChartText.width(label) / 2
      guard at - half >= used + 5 else { continue }
      used = at + half
      markup.element(
        "text",
        [
          "class": "tick", "x": at.coordinate, "y": (y.bottom + ChartText.line).coordinate, "text-anchor": "middle",
        ], text: label)
    }
    markup.element(
      "text",
      [
        "class": "muted", "x": frame.right.coordinate, "y": (y.bottom + 2 * ChartText.line + 1).coordinate,
        "text-anchor": "end",
      ], text: ChartText.fitted("\(axis.label) →", limit: frame.right - Sheet.margin))
  }

  private func line(x: (Double, Double), y: (Double, Double), _ name: String, _ markup: inout Markup) {
    markup.element(
      "line",
      ["class": name, "x1": x.0.coordinate, "x2": x.1.coordinate, "y1": y.0.coordinate, "y2": y.1.coordinate])
  }
}

// MARK: - As data

extension BarChart {
  package static let kind = "bar"

  /// Encodes the axis, the bars and the meaning of their signs.
  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["axis"] = axis.json
    object["bars"] = .array(
      bars.map {
        ["name": .string($0.name), "value": .measurement($0.value), "interval": .interval($0.interval)]
      })
    object["signs"] = signs.map { ["positive": .string($0.positive), "negative": .string($0.negative)] } ?? .null
    return object
  }

  /// Decodes a bar chart.
  package init(decoding node: JSONNode) throws {
    self.init(
      title: try node.string("title"), summary: try node.string("summary"),
      axis: try Axis(decoding: node.node("axis")),
      bars: try node.array("bars").map {
        Bar(try $0.string("name"), try $0.measurement("value"), interval: try $0.interval("interval"))
      },
      signs: try node["signs"].map { (try $0.string("positive"), try $0.string("negative")) })
  }
}
