/// The sheet of a chart: title, legend, drawing and remarks from top to bottom, with the height that they need.
struct Sheet {
  /// An entry of a legend.
  struct Entry {
    enum Sample {
      case line(SeriesStyle)
      case mark(SeriesStyle)
      case bar(SeriesStyle)
      case fit(SeriesStyle)
      case star(SeriesStyle)
      case reference
    }

    let name: String
    let sample: Sample
    /// The key of the series that a page shows or hides by this entry; nil for an entry of a reference.
    var key: String?
  }

  static let margin = 10.0
  let width: Double
  private(set) var height: Double
  private var body = Markup()

  /// Creates a sheet with the title and the legend.
  init(title: String, legend: [Entry], width: Double) {
    self.width = max(width, 160)
    height = Self.margin
    for line in ChartText.lines(title, limit: self.width - 2 * Self.margin, size: 15) {
      height += 16
      body.element("text", ["class": "title", "x": Self.margin.coordinate, "y": (height - 4).coordinate], text: line)
    }
    height += 4
    draw(legend)
  }

  /// Draws `height` units under the present content; `content` gets the top.
  mutating func draw(height drawing: Double, content: (inout Markup, Double) -> Void) {
    content(&body, height)
    height += drawing
  }

  /// Returns the finished picture of a chart, with the remarks under it.
  func svg(
    of chart: some Chart, id: String, remarks: [String], in surroundings: ChartSurroundings
  ) -> String {
    var page = self
    for line in remarks.flatMap({ ChartText.lines($0, limit: width - 2 * Self.margin) }) {
      page.height += ChartText.line
      page.body.element(
        "text", ["class": "muted", "x": Self.margin.coordinate, "y": (page.height - 2).coordinate], text: line)
    }
    page.height += Self.margin / 2
    let size = (width: page.width.coordinate, height: page.height.coordinate)
    var markup = Markup()
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "plchart", "role": "img",
        "viewBox": "0 0 \(size.width) \(size.height)", "width": size.width, "height": size.height,
        "aria-labelledby": "\(id)-title \(id)-desc",
      ]
    ) { svg in
      svg.element("title", ["id": "\(id)-title"], text: chart.title)
      svg.element("desc", ["id": "\(id)-desc"], text: ([chart.summary] + remarks).joined(separator: " "))
      if surroundings == .file {
        svg.element("metadata", text: chart.data().csv())
        svg.element("style", text: SeriesStyle.sheet)
      } else if surroundings == .print {
        svg.element("style", text: SeriesStyle.printSheet)
      }
      svg.element(
        "rect", ["class": "ground", "x": "0", "y": "0", "width": size.width, "height": size.height])
      svg.append(page.body)
    }
    return markup.text
  }

  /// Draws entries side by side, in the number of rows that they need.
  private mutating func draw(_ legend: [Entry]) {
    guard !legend.isEmpty else { return }
    var x = Self.margin
    height += ChartText.line
    for entry in legend {
      let name = ChartText.fitted(entry.name, limit: width - 2 * Self.margin - 30)
      let needed = 30 + ChartText.width(name)
      if x > Self.margin, x + needed > width - Self.margin {
        x = Self.margin
        height += ChartText.line + 2
      }
      let place = (x: x, y: height)
      if let key = entry.key {
        body.element("g", ["class": "key", "data-key": key]) {
          Self.draw(entry.sample, name: name, x: place.x, y: place.y, into: &$0)
        }
      } else {
        Self.draw(entry.sample, name: name, x: place.x, y: place.y, into: &body)
      }
      x += needed + 8
    }
    height += 6
  }

  private static func draw(
    _ sample: Entry.Sample, name: String, x: Double, y base: Double, into body: inout Markup
  ) {
    let y = base - 6
    body.element("text", ["x": (x + 24).coordinate, "y": (base - 2).coordinate], text: name)
    func line(_ name: String, dash: String) {
      body.element(
        "line",
        [
          "class": name, "x1": x.coordinate, "x2": (x + 20).coordinate, "y1": y.coordinate, "y2": y.coordinate,
          "stroke-dasharray": dash.isEmpty ? "none" : dash,
        ])
    }
    switch sample {
    case .reference: line("reference", dash: "4 3")
    case .fit(let style): line("line \(style.name)", dash: style.dash)
    case .line(let style):
      line("line \(style.name)", dash: style.dash)
      style.mark(x: x + 10, y: y, hover: "", into: &body)
    case .star(let style): style.star(x: x + 10, y: y, hover: "", into: &body)
    case .mark(let style): style.mark(x: x + 10, y: y, hover: "", into: &body)
    case .bar(let style):
      body.element(
        "rect",
        [
          "class": "mark \(style.name)", "x": (x + 6).coordinate, "y": (y - 5).coordinate, "width": "12",
          "height": "10",
        ])
    }
  }
}
