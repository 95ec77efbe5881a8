import Foundation
import PromptLensJSONDocuments

/// A matrix of colored cells, such as attention by layer and head, or a confusion matrix.
package struct HeatMap: Chart {
  /// The values that the colors distinguish.
  package enum Colors: Sendable {
    /// Colors that distinguish low values from high ones.
    case sequential
    /// Colors that distinguish values below a center from those above it.
    case diverging(center: Double)
  }

  /// The title.
  package let title: String
  /// A sentence on the chart for screen readers.
  package let summary: String
  private let rows: (label: String, names: [String])
  private let columns: (label: String, names: [String])
  private let values: [[Double]]
  private let measure: Axis
  private let colors: Colors

  /// Creates a heat map.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - summary: A sentence for screen readers.
  ///   - rows: The label of the rows, and their names from the top.
  ///   - columns: The label of the columns, and their names from the left.
  ///   - values: The cells, row by row; cells that are missing or aren't numbers stay empty.
  ///   - measure: The quantity in the cells, its notation, and the range of the colors where the data shouldn't
  ///     choose it; always linear.
  ///   - colors: The values that the colors distinguish.
  package init(
    title: String, summary: String, rows: (label: String, names: [String]), columns: (label: String, names: [String]),
    values: [[Double]], measure: Axis, colors: Colors = .sequential
  ) {
    self.title = title
    self.summary = summary
    self.rows = rows
    self.columns = columns
    self.values = values
    self.measure = measure
    self.colors = colors
  }

  /// Returns all values, including those that the chart omits.
  package func data() -> Table {
    var table = Table(
      title: title, columns: [.text(rows.label)] + columns.names.map { Table.Column.number($0) })
    for row in rows.names.indices {
      table.append([rows.names[row]] + columns.names.indices.map { "\(value(row, $0))" })
    }
    return table
  }

  private func value(_ row: Int, _ column: Int) -> Double {
    guard values.indices.contains(row), values[row].indices.contains(column) else { return .nan }
    return values[row][column]
  }

  /// Draws the chart.
  package func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String {
    var sheet = Sheet(title: title, legend: [], width: width)
    let layout = HeatMapLayout(rows: rows.names, columns: columns.names, width: sheet.width)
    let scale = scale
    var leftOut = LeftOut()
    // All values or none: if only small values had room, they would attract attention.
    let areValuesPrinted = values.joined().allSatisfy { !$0.isFinite || layout.holds(cellText($0, reach: scale.reach)) }
    sheet.draw(height: layout.height) { markup, top in
      drawLabels(layout, top: top, into: &markup)
      for row in rows.names.indices {
        for column in columns.names.indices {
          draw(row, column, scale, layout, printed: areValuesPrinted, top: top, &leftOut, into: &markup)
        }
      }
    }
    sheet.draw(height: 38) { markup, top in drawKey(scale, layout, top: top, into: &markup) }
    return sheet.svg(of: self, id: id, remarks: remarks(leftOut.count), in: surroundings)
  }

  private func remarks(_ empty: Int) -> [String] {
    switch empty {
    case 0: []
    case 1: ["1 cell is empty: its value is not finite."]
    default: ["\(empty.grouped) cells are empty: their values are not finite."]
    }
  }

  /// The values at the ends of the colors, and the colors.
  private struct Scale {
    let low: Double
    let high: Double
    let colors: ColorScale

    /// The largest absolute value that has a color.
    var reach: Double { max(abs(low), abs(high)) }
  }

  private var scale: Scale {
    let drawn = values.joined().filter { $0.isFinite && abs($0) < 1e100 }
    var low = measure.range?.lowerBound ?? drawn.min() ?? 0
    var high = measure.range?.upperBound ?? drawn.max() ?? 1
    switch colors {
    case .sequential:
      if low == high { (low, high) = (low - 0.5, high + 0.5) }
      return Scale(low: low, high: high, colors: ColorScale(.sequential))
    case .diverging(let center):
      let reach = max(abs(high - center), abs(low - center))
      (low, high) = reach > 0 ? (center - reach, center + reach) : (center - 1, center + 1)
      return Scale(low: low, high: high, colors: ColorScale(.diverging))
    }
  }

  private func draw(
    _ row: Int, _ column: Int, _ scale: Scale, _ layout: HeatMapLayout,
    printed isPrinted: Bool, top: Double, _ leftOut: inout LeftOut, into markup: inout Markup
  ) {
    let value = value(row, column)
    let (x, y) = (layout.x(column), top + layout.y(row))
    let size: Markup.Attributes = [
      "x": x.coordinate, "y": y.coordinate, "width": (layout.cell.width - layout.gap).coordinate,
      "height": (layout.cell.height - layout.gap).coordinate,
    ]
    let said = "\(rows.names[row]), \(columns.names[column]): \(measure.text(value))"
    guard value.isFinite, abs(value) < 1e100 else {
      leftOut.add()
      return markup.element("rect", size.with("class", "empty")) { $0.hover(said) }
    }
    let color = scale.colors.color(at: (value - scale.low) / (scale.high - scale.low))
    markup.element("rect", size.with("fill", color.fill)) { $0.hover(said) }
    guard isPrinted else { return }
    markup.element(
      "text",
      [
        "x": (x + layout.cell.width / 2).coordinate, "y": (y + layout.cell.height / 2 + 3.5).coordinate,
        "text-anchor": "middle", "style": "fill:\(color.ink)", "pointer-events": "none", "font-size": "10",
      ], text: cellText(value, reach: scale.reach))
  }

  /// Returns a value in the fewest characters that are useful in a cell: for small values, two digits of the largest,
  /// `reach`.
  private func cellText(_ value: Double, reach: Double) -> String {
    let decimals = reach > 0 && reach < 0.1 ? min(1 - Int(log10(reach).rounded(.down)), 4) : 2
    return switch measure.notation {
    case .plain: value.short(decimals: abs(value) >= 100 || value == value.rounded() ? 0 : decimals)
    case .percent: (value * 100).short(decimals: 0)
    case .points: (value * 100).short(decimals: 1)
    }
  }

  private func drawLabels(_ layout: HeatMapLayout, top: Double, into markup: inout Markup) {
    markup.element(
      "text", ["class": "muted", "x": Sheet.margin.coordinate, "y": (top + 11).coordinate],
      text: ChartText.fitted("↓ \(rows.label)   → \(columns.label)", limit: layout.right - Sheet.margin))
    for row in rows.names.indices where row % layout.rowStep == 0 {
      markup.element(
        "text",
        [
          "class": "tick", "x": (layout.left - 5).coordinate,
          "y": (top + layout.y(row) + layout.cell.height / 2 + 3.8).coordinate, "text-anchor": "end",
        ], text: ChartText.fitted(rows.names[row], limit: layout.left - 5 - Sheet.margin))
    }
    for column in columns.names.indices where column % layout.columnStep == 0 {
      let (x, y) = (layout.x(column) + layout.cell.width / 2, top + layout.top - 4)
      let name = ChartText.fitted(columns.names[column], limit: layout.columnLabel)
      if layout.turned {
        markup.element(
          "text",
          [
            "class": "tick", "x": (x + 3.8).coordinate, "y": y.coordinate,
            "transform": "rotate(-90 \((x + 3.8).coordinate) \(y.coordinate))",
          ], text: name)
      } else {
        markup.element(
          "text", ["class": "tick", "x": x.coordinate, "y": y.coordinate, "text-anchor": "middle"], text: name)
      }
    }
  }

  /// Draws the color key.
  private func drawKey(
    _ scale: Scale, _ layout: HeatMapLayout, top: Double,
    into markup: inout Markup
  ) {
    let (left, width, steps) = (Sheet.margin, 120.0, 24)
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      markup.element(
        "rect",
        [
          "x": (left + Double(step) * width / Double(steps)).coordinate, "y": (top + 8).coordinate,
          "width": (width / Double(steps) + 0.3).coordinate, "height": "9",
          "fill": scale.colors.color(at: share).fill,
        ])
    }
    let ends = [(left, "start", scale.low), (left + width, "end", scale.high)]
    for (x, anchor, value) in ends {
      markup.element(
        "text", ["class": "tick", "x": x.coordinate, "y": (top + 29).coordinate, "text-anchor": anchor],
        text: measure.text(value))
    }
    markup.element(
      "text", ["class": "muted", "x": (left + width + 10).coordinate, "y": (top + 16.5).coordinate],
      text: ChartText.fitted(measure.label, limit: layout.right - left - width - 10))
  }
}

// MARK: - As data

extension HeatMap {
  package static let kind = "heat_map"

  /// Encodes names, cells, their measure and the colors.
  package func encode() -> JSON.Object {
    func side(_ side: (label: String, names: [String])) -> JSON {
      ["label": .string(side.label), "names": .array(side.names.map { .string($0) })]
    }
    var object = JSON.Object()
    object["rows"] = side(rows)
    object["columns"] = side(columns)
    object["values"] = .array(values.map { .array($0.map(JSON.measurement)) })
    object["measure"] = measure.json
    if case .diverging(let center) = colors { object["diverging_from"] = .measurement(center) }
    return object
  }

  /// Decodes a heat map.
  package init(decoding node: JSONNode) throws {
    func side(_ key: String) throws -> (label: String, names: [String]) {
      let node = try node.node(key)
      return (try node.string("label"), try node.array("names").map { try $0.string() })
    }
    self.init(
      title: try node.string("title"), summary: try node.string("summary"), rows: try side("rows"),
      columns: try side("columns"),
      values: try node.array("values").map { try $0.array().map { try $0.measurement() } },
      measure: try Axis(decoding: node.node("measure")),
      colors: try node["diverging_from"].map { .diverging(center: try $0.measurement()) } ?? .sequential)
  }
}
