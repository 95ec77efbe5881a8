import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import Testing

@Suite("Charts")
struct ChartTests {
  static let hostile = "</text><script>alert(\"1\")</script> & '\u{1}\u{FFFE}"

  static func line(_ values: [Double], y: Axis = Axis("accuracy", notation: .percent)) -> LineChart {
    LineChart(
      title: "Shots", summary: "Accuracy against shots.",
      x: Axis("shots", scale: .logarithmic, ticks: [1, 2, 4, 8, 16]), y: y,
      series: [
        .init(
          "CoOp", zip([1.0, 2, 4, 8, 16], values).map { .init($0, $1, band: ($1 - 0.01, $1 + 0.01)) })
      ], levels: [.init("zero-shot", 0.6)])
  }

  static let all: [any Chart] = [
    line([0.5, 0.6, 0.65, 0.7, 0.72]),
    ScatterChart(
      title: "Robustness", summary: "Source against target.", x: Axis("source", scale: .logit, notation: .percent),
      y: Axis("target", scale: .logit, notation: .percent),
      groups: [
        .init(
          "templates", [.init("one", x: 0.5, y: 0.4), .init("two", x: 0.6, y: 0.45), .init("three", x: 0.6, y: 0.45)]),
        .init("learned", [.init("ctx", x: 0.8, y: 0.5, xInterval: 0.78...0.82, yInterval: 0.45...0.55)]),
      ], showsEquality: true, fits: [.init("fit", slope: 0.9, intercept: -0.4)]),
    BarChart(
      title: "Change", summary: "Change by class.", axis: Axis("points", notation: .points),
      bars: [
        .init("cat", 0.1, interval: 0.05...0.15), .init("dog", -0.2),
        .init("a very long class name that must be cut", 0),
      ],
      signs: ("better", "worse")),
    HeatMap(
      title: "Attention", summary: "By layer and head.", rows: ("layer", ["1", "2"]),
      columns: ("head", (1...8).map { "\($0)" }),
      values: [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [0, 0, 0, 0, 0, 0, 0, 1]],
      measure: Axis("share")),
  ]

  @Test("every chart is well-formed XML with a title and a description that its label names", arguments: all)
  func wellFormed(chart: any Chart) throws {
    let document = try SVGDocument(chart.svg(id: "chart-7"))
    let svg = try #require(document.elements.first)
    #expect(svg.attributes["role"] == "img")
    #expect(svg.attributes["aria-labelledby"] == "chart-7-title chart-7-desc")
    #expect(document.all("title").first { $0.attributes["id"] == "chart-7-title" }?.text == chart.title)
    #expect(document.all("desc").first { $0.attributes["id"] == "chart-7-desc" }?.text == chart.summary)
  }

  @Test("texts don't overlap and stay inside the picture", arguments: all, [240.0, 440, 800])
  func noOverlap(chart: any Chart, width: Double) throws {
    let document = try SVGDocument(chart.svg(id: "chart", width: width))
    #expect(document.overlaps == [])
    for box in document.textBoxes {
      #expect(box.left >= 0 && box.right <= width, "\(box.text) leaves a picture of \(width)")
    }
  }

  @Test("every coordinate is a number, and the same chart gives the same bytes", arguments: all)
  func coordinates(chart: any Chart) throws {
    #expect(chart.svg() == chart.svg())
    for element in try SVGDocument(chart.svg()).elements {
      for name in ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"] {
        if let value = element.attributes[name] { #expect(Double(value)?.isFinite == true, "\(name)=\(value)") }
      }
    }
  }

  @Test("a chart is the same after it is written as data and read", arguments: all)
  func asData(chart: any Chart) throws {
    let text = chart.json.serialized()
    let again = try JSONNode(source: "chart", value: JSON(parsing: Array(text.utf8), source: "chart")).chart()
    #expect(again.svg() == chart.svg())
    #expect(again.json == chart.json)
  }

  @Test("values that aren't finite survive as data")
  func notFinite() throws {
    let map = HeatMap(
      title: "a", summary: "b", rows: ("r", ["r"]), columns: ("c", ["1", "2", "3"]),
      values: [[.nan, .infinity, -.infinity]], measure: Axis("v"), colors: .diverging(center: 0))
    let again = try JSONNode(
      source: "chart", value: JSON(parsing: Array(map.json.serialized().utf8), source: "chart")
    ).chart()
    #expect(again.svg() == map.svg() && again.data() == map.data())
  }

  @Test(
    "a damaged chart is an error by name",
    arguments: [
      #"{"kind": "pie"}"#, #"{"kind": "bar", "title": "t", "summary": "s"}"#,
      #"{"kind": "bar", "title": "t", "summary": "s", "axis": {"label": "x", "scale": "cubic", "notation": "plain"}}"#,
      #"{"kind": "bar", "title": "t", "summary": "s", "axis": {"label": "x", "scale": "linear", "notation": "plain", "range": [2, 1]}, "bars": []}"#,
    ])
  func damaged(text: String) throws {
    let node = JSONNode(source: "chart", value: try JSON(parsing: Array(text.utf8), source: "chart"))
    #expect(throws: JSONError.self) { try node.chart() }
  }

  @Test("names never become elements")
  func hostileNames() throws {
    let name = Self.hostile
    let charts: [any Chart] = [
      LineChart(
        title: name, summary: name, x: Axis(name), y: Axis(name), series: [.init(name, [.init(1, 2)])],
        levels: [.init(name, 1)]),
      ScatterChart(
        title: name, summary: name, x: Axis(name), y: Axis(name), groups: [.init(name, [.init(name, x: 1, y: 2)])]),
      BarChart(title: name, summary: name, axis: Axis(name), bars: [.init(name, 1)], signs: (name, name)),
      HeatMap(
        title: name, summary: name, rows: (name, [name]), columns: (name, [name]), values: [[1]], measure: Axis(name)),
    ]
    for chart in charts {
      let document = try SVGDocument(chart.svg(id: name))
      #expect(document.all("script").isEmpty)
      #expect(document.all("desc").first?.text == "</text><script>alert(\"1\")</script> & '\u{FFFD}\u{FFFD}")
    }
  }

  @Test("charts without values, or with one, are drawn", arguments: [[], [0.0], [1e300], [-.infinity, .nan]])
  func fewValues(values: [Double]) throws {
    let charts: [any Chart] = [
      LineChart(
        title: "a", summary: "b", x: Axis("x"), y: Axis("y", scale: .logarithmic),
        series: [.init("s", values.map { .init($0, $0) })]),
      ScatterChart(
        title: "a", summary: "b", x: Axis("x", scale: .logit), y: Axis("y"),
        groups: [.init("", values.map { .init("p", x: $0, y: $0) })], showsEquality: true),
      BarChart(title: "a", summary: "b", axis: Axis("x"), bars: values.map { .init("n", $0) }),
      HeatMap(
        title: "a", summary: "b", rows: ("r", ["r"]), columns: ("c", values.map { "\($0)" }), values: [values],
        measure: Axis("v"), colors: .diverging(center: 0)),
    ]
    for chart in charts {
      #expect(!chart.svg().contains("nan\""))
      _ = try SVGDocument(chart.svg())
    }
  }
}
