import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import Testing

@Suite("A paper's figure over shots")
struct PaperFigureTests {
  static func panel(_ title: String, _ height: Double) -> LineChart {
    func points(_ offset: Double) -> [LineChart.Point] {
      [1.0, 2, 4, 8, 16].enumerated().map { index, shots in
        let accuracy = height + offset + 0.02 * Double(index)
        return .init(shots, accuracy, band: (accuracy - 0.01, accuracy + 0.01))
      }
    }
    return LineChart(
      title: title, summary: "Accuracy against shots.",
      x: Axis("shots", scale: .logarithmicFromZero, ticks: [0, 1, 2, 4, 8, 16]),
      y: Axis("accuracy", notation: .percent),
      series: [
        .init("coop", points(0.02)), .init("kgcoop", points(0.04)),
        .init("linear probe", points(-0.1), isBaseline: true),
      ], stars: [.init("zero-shot CLIP", x: 0, y: height)])
  }

  static let panels = PanelChart(
    title: "Accuracy against shots", summary: "A panel for each data set.",
    panels: [panel("Average", 0.6), panel("photo", 0.7), panel("sketch", 0.5)])

  @Test("zero-shot CLIP is a star at 0 shots, left of one shot")
  func star() throws {
    let document = try SVGDocument(Self.panel("photo", 0.7).svg())
    let star = try #require(document.all("polygon", class: "star").first { $0.hover == "zero-shot CLIP: 70.00 %" })
    let across = star.points.reduce(0) { $0 + $1.x } / Double(star.points.count)
    let first = try #require(document.marks("s0").first)
    #expect(across < first.number("cx") - 10)
    #expect(document.all("text", class: "tick").map(\.text).contains("0"))
  }

  @Test("baselines are dashed and nothing else is")
  func dashes() throws {
    let lines = try SVGDocument(Self.panel("photo", 0.7).svg()).all("polyline")
    #expect(lines.map { $0.attributes["stroke-dasharray"] ?? "" } == ["none", "none", "5 3"])
    #expect(lines[2].classes.contains("base"))
  }

  @Test("panels share one legend, and series keep their look in all of them")
  func panels() throws {
    let document = try SVGDocument(Self.panels.svg(width: 860))
    #expect(document.all("text").count { $0.text == "kgcoop" } == 1)
    #expect(document.all("text", class: "panel").map(\.text) == ["Average", "photo", "sketch"])
    #expect(document.all("polyline", class: "s1").count == 3)
    #expect(document.all("polygon", class: "star").count { !$0.hover.isEmpty } == 3)
    let data = Self.panels.data()
    #expect(data.headings.first == "panel" && data.rows.count == 3 * 16 && data.rows[0][0] == "Average")
  }

  @Test("the figure is the same after it is written as data and read")
  func asData() throws {
    let text = Self.panels.json.serialized()
    let again = try JSONNode(source: "chart", value: JSON(parsing: Array(text.utf8), source: "chart")).chart()
    #expect(again.svg(width: 860) == Self.panels.svg(width: 860) && again.json == Self.panels.json)
  }

  @Test("a page shows each panel as a picture with identifiers of its own, the first with the legend")
  func onPage() throws {
    let page = try Report(
      title: "t", version: "0", sections: [.init("s", blocks: [.charts([.init(Self.panels, name: "shots")])])]
    ).html()
    for number in 1...3 { #expect(page.components(separatedBy: "id=\"chart-1-\(number)-title\"").count == 2) }
    #expect(page.components(separatedBy: "class=\"key\"").count - 1 == 3)
  }
}

@Suite(
  "Figures for papers",
  .enabled(if: FigureDrawing.isAvailable, "librsvg is not installed; apt-get install librsvg2-2 runs these tests"))
struct FigureDrawingTests {
  static let charts: [any Chart] = ChartTests.all + [PaperFigureTests.panels]

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test(
    "a PDF has one page, its fonts embedded, and no date, so that the same chart gives the same bytes",
    arguments: charts)
  func pdf(chart: any Chart) throws {
    let bytes = try FigureDrawing.bytes(of: chart, as: .pdf, width: 440)
    let document = String(decoding: bytes, as: UTF8.self)
    #expect(document.hasPrefix("%PDF-1.") && document.contains("%%EOF"))
    #expect(document.contains(/\/FontFile[23]?\b/))
    #expect(!document.contains("/CreationDate"))
    // 440 units of CSS are 330 points.
    #expect(document.contains(#/MediaBox \[ ?0 0 330\s/#))
    #expect(try FigureDrawing.bytes(of: chart, as: .pdf, width: 440) == bytes)
  }

  @Test("an SVG has its text as paths, and its title and description for screen readers", arguments: charts)
  func svg(chart: any Chart) throws {
    let picture = text(try FigureDrawing.bytes(of: chart, as: .svg, width: 440))
    let document = try SVGDocument(picture)
    #expect(document.all("text").isEmpty && !document.all("path").isEmpty)
    #expect(document.all("title").first?.text == chart.title && document.all("desc").first?.text == chart.summary)
    #expect(!picture.contains("var(--"))
  }

  @Test("a PNG has two pixels for each unit", arguments: charts)
  func png(chart: any Chart) throws {
    let bytes = try FigureDrawing.bytes(of: chart, as: .png, width: 440)
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let width = bytes[16..<20].reduce(0) { $0 << 8 | Int($1) }
    #expect(width == 880)
  }

  @Test("series differ in marker or dashes where they don't differ in color, as in gray")
  func gray() throws {
    let chart = LineChart(
      title: "t", summary: "s", x: Axis("x"), y: Axis("y"),
      series: (0..<6).map { index in .init("method \(index)", [.init(0, Double(index)), .init(1, Double(index))]) })
    let document = try SVGDocument(chart.svg())
    let looks = (0..<6).map { series -> String in
      let mark = document.marks("s\(series)").first
      let line = document.all("polyline", class: "s\(series)").first
      let corners = mark?.points.count ?? 0
      return "\(mark?.name ?? "") \(corners) \(mark?.classes.contains("hollow") ?? false) "
        + "\(line?.attributes["stroke-dasharray"] ?? "")"
    }
    #expect(Set(looks).count == 6, "\(looks)")
  }
}
