import Foundation
import PromptLensReporting
import Testing

@Suite("Scatter charts")
struct ScatterChartTests {
  @Test("on logit axes 10 %, 50 % and 90 % are equally far apart")
  func logit() throws {
    let chart = ScatterChart(
      title: "t", summary: "s", x: Axis("source", scale: .logit), y: Axis("target", scale: .logit),
      groups: [.init("g", [0.1, 0.5, 0.9].map { .init("\($0)", x: $0, y: $0) })])
    let x = try SVGDocument(chart.svg()).marks("s0").map { $0.number("cx") }
    #expect(x.count == 3)
    #expect(abs((x[1] - x[0]) - (x[2] - x[1])) < 0.02)
  }

  @Test("points on y = x lie on the line of equality, and a fit through points passes through them")
  func lines() throws {
    func logit(_ p: Double) -> Double { log(p / (1 - p)) }
    let slope = (logit(0.5) - logit(0.3)) / (logit(0.8) - logit(0.6))
    let chart = ScatterChart(
      title: "t", summary: "s", x: Axis("source", scale: .logit), y: Axis("target", scale: .logit),
      groups: [.init("g", [.init("a", x: 0.6, y: 0.3), .init("b", x: 0.8, y: 0.5), .init("c", x: 0.7, y: 0.7)])],
      showsEquality: true, fits: [.init("fit", slope: slope, intercept: logit(0.3) - slope * logit(0.6))])
    let document = try SVGDocument(chart.svg())
    let marks = document.marks("s0")
    func distance(_ mark: SVGDocument.Element, _ line: SVGDocument.Element) -> Double {
      let (dx, dy) = (line.number("x2") - line.number("x1"), line.number("y2") - line.number("y1"))
      let cross = (mark.number("cx") - line.number("x1")) * dy - (mark.number("cy") - line.number("y1")) * dx
      return abs(cross) / (dx * dx + dy * dy).squareRoot()
    }
    let equality = try #require(document.all("line").first { $0.hover == "y = x" })
    let fit = try #require(document.all("line").first { $0.hover == "fit" })
    #expect(distance(marks[2], equality) < 0.05)
    #expect(distance(marks[0], equality) > 5)
    #expect(distance(marks[0], fit) < 0.05 && distance(marks[1], fit) < 0.05)
  }

  @Test("a line stays in the frame")
  func clipped() throws {
    let chart = ScatterChart(
      title: "t", summary: "s", x: Axis("x", range: 0...1), y: Axis("y", range: 0...1), groups: [],
      fits: [.init("steep", slope: 10, intercept: -2), .init("outside", slope: 0, intercept: 3)])
    let document = try SVGDocument(chart.svg())
    let steep = try #require(document.all("line").first { $0.hover == "steep" })
    let frame = document.all("line", class: "rule").map { $0.number("y1") }
    #expect(steep.number("y1") <= (frame.max() ?? 0) + 0.01 && steep.number("y2") >= (frame.min() ?? 0) - 0.01)
    #expect(!document.all("line").contains { $0.hover == "outside" })
  }

  @Test("an accuracy of 0 or 1 is left out of a logit axis")
  func certain() throws {
    let chart = ScatterChart(
      title: "t", summary: "s", x: Axis("x", scale: .logit), y: Axis("y", scale: .logit),
      groups: [.init("g", [.init("a", x: 1, y: 0.5), .init("b", x: 0.5, y: 0), .init("c", x: 0.5, y: 0.5)])])
    let document = try SVGDocument(chart.svg())
    #expect(document.marks("s0").count == 1)
    #expect(document.all("desc").first?.text.contains("2 values are left out") == true)
  }

  @Test("of a hundred names on one spot one is drawn, and all are shown on hover")
  func crowd() throws {
    let chart = ScatterChart(
      title: "t", summary: "s", x: Axis("x"), y: Axis("y"),
      groups: [.init("g", (0..<100).map { .init("model \($0)", x: 1 + Double($0) * 1e-3, y: 1) })])
    let document = try SVGDocument(chart.svg())
    #expect(document.marks("s0").count == 100)
    #expect(document.overlaps == [])
  }

  @Test("names of points that lie close together are apart, each by its point or at the end of a line")
  func crowded() throws {
    let names = (1...12).map { "prompt number \($0)" }
    let chart = ScatterChart(
      title: "t", summary: "s", x: Axis("source", range: 0...1), y: Axis("target", range: 0...1),
      groups: [
        .init(
          "g", names.enumerated().map { .init($1, x: 0.5 + 0.004 * Double($0 % 4), y: 0.5 + 0.004 * Double($0 / 4)) })
      ])
    let document = try SVGDocument(chart.svg())
    let shown = document.all("text").map(\.text).filter(names.contains)
    #expect(shown.count >= 6)
    #expect(document.overlaps == [])
    #expect(!document.all("line", class: "leader").isEmpty)
  }
}
