import PromptLensJSONDocuments

/// Line charts of the same series side by side, with one legend: a paper's figure over several data sets.
package struct PanelChart: Chart {
  /// The title.
  package let title: String
  /// A sentence on the chart for screen readers.
  package let summary: String
  private let panels: [LineChart]

  /// Creates a chart of panels.
  ///
  /// - Parameters:
  ///   - title: The title.
  ///   - summary: A sentence for screen readers.
  ///   - panels: The panels, row by row; series of the same name have the same look in each.
  package init(title: String, summary: String, panels: [LineChart]) {
    self.title = title
    self.summary = summary
    self.panels = panels
  }

  /// Returns all values, including those that the chart omits.
  package func data() -> Table {
    let tables = panels.map { $0.data() }
    return Table(
      title: title, columns: [.text("panel")] + (tables.first?.columns ?? []),
      rows: zip(panels, tables).flatMap { panel, table in table.rows.map { [panel.title] + $0 } })
  }

  /// Every series once, in the order in which panels first have it.
  private var series: [LineChart.Series] {
    panels.flatMap(\.series).reduce(into: []) { all, line in
      if !all.contains(where: { $0.name == line.name }) { all.append(line) }
    }
  }

  private var styles: [String: SeriesStyle] { panels.first?.styles(in: series) ?? [:] }

  private var legend: [Sheet.Entry] {
    let styles = styles
    var entries: [Sheet.Entry] = []
    for entry in panels.flatMap({ $0.legend(styles) }) where !entries.contains(where: { $0.name == entry.name }) {
      entries.append(entry)
    }
    return entries
  }

  private static let height = 120.0

  /// Draws the chart.
  package func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String {
    let styles = styles
    var sheet = Sheet(title: title, legend: legend, width: width)
    var leftOut = LeftOut()
    let columns = min(max(Int(sheet.width / 210), 1), max(panels.count, 1))
    let panelWidth = sheet.width / Double(columns)
    let rows = (panels.count + columns - 1) / columns
    for row in 0..<rows {
      let inRow = panels[(row * columns)..<min((row + 1) * columns, panels.count)]
      sheet.draw(height: 16 + PlotArea.height(of: Self.height)) { markup, top in
        for (column, panel) in inRow.enumerated() {
          let isLast = row * columns + column + columns >= panels.count
          markup.element("g", ["transform": "translate(\((Double(column) * panelWidth).coordinate) 0)"]) { group in
            group.element(
              "text", ["class": "panel", "x": Sheet.margin.coordinate, "y": (top + 12).coordinate],
              text: ChartText.fitted(panel.title, limit: panelWidth - 2 * Sheet.margin, size: 12))
            panel.drawPlot(
              styles, width: panelWidth, top: top + 16, height: Self.height, naming: (isLast, column == 0), &leftOut,
              into: &group)
          }
        }
      }
    }
    return sheet.svg(of: self, id: id, remarks: leftOut.remarks, in: surroundings)
  }

  /// Draws each panel as a picture of its own, the first with the legend, for a page that arranges them by its width.
  ///
  /// - Parameters:
  ///   - id: The beginning of the elements' identifiers.
  ///   - width: The width of a panel in user units.
  /// - Returns: An `svg` element for each panel.
  func pagePictures(id: String, width: Double) -> [String] {
    let (styles, legend) = (styles, legend)
    return panels.enumerated().map { index, panel in
      var sheet = Sheet(title: panel.title, legend: index == 0 ? legend : [], width: width)
      var leftOut = LeftOut()
      let paper = sheet.width
      sheet.draw(height: PlotArea.height(of: 150)) { markup, top in
        panel.drawPlot(styles, width: paper, top: top, height: 150, &leftOut, into: &markup)
      }
      return sheet.svg(of: panel, id: "\(id)-\(index + 1)", remarks: leftOut.remarks, in: .page)
    }
  }
}

// MARK: - As data

extension PanelChart {
  package static let kind = "panels"

  /// Encodes the panels.
  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["panels"] = .array(panels.map(\.json))
    return object
  }

  /// Decodes a chart of panels.
  package init(decoding node: JSONNode) throws {
    self.init(
      title: try node.string("title"), summary: try node.string("summary"),
      panels: try node.array("panels").map { try LineChart(decoding: $0) })
  }
}
