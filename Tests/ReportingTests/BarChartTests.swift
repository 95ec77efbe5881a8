import PromptLensReporting
import Testing

@Suite("Bar charts")
struct BarChartTests {
  let chart = BarChart(
    title: "Change by class", summary: "s", axis: Axis("change, points", notation: .points),
    bars: [.init("cat", 0.2, interval: 0.1...0.3), .init("dog", -0.1), .init("eel", .nan)], signs: ("better", "worse"))

  @Test("bars grow from 0 to either side by their values, in the colors of their signs")
  func sides() throws {
    let document = try SVGDocument(chart.svg())
    let better = try #require(document.marks("s0").first)
    let worse = try #require(document.marks("s1").first)
    #expect(abs(better.number("width") - 2 * worse.number("width")) < 0.02)
    #expect(abs(worse.number("x") + worse.number("width") - better.number("x")) < 0.02)
    #expect(better.hover == "cat: +20.00" && worse.hover == "dog: -10.00")
  }

  @Test("a bar without a number is named, not drawn, and noted as left out")
  func missing() throws {
    let document = try SVGDocument(chart.svg())
    #expect(document.all("text").contains { $0.text == "eel" })
    #expect(document.all("text").contains { $0.text == "no value" })
    #expect(document.marks("s0").count + document.marks("s1").count == 2)
    #expect(document.all("desc").first?.text.contains("1 value is left out") == true)
  }

  @Test("an error bar ends at the end of its bar")
  func interval() throws {
    let document = try SVGDocument(chart.svg())
    let bar = try #require(document.marks("s0").first)
    let whisker = try #require(document.all("line", class: "over").first)
    let middle = (whisker.number("x1") + whisker.number("x2")) / 2
    #expect(abs(middle - bar.number("x") - bar.number("width")) < 0.02)
  }
}

@Suite("Heat maps")
struct HeatMapTests {
  @Test("values are printed only when all cells have room for them")
  func printed() throws {
    func cells(_ columns: Int, first: Double = 0.11) throws -> Int {
      let chart = HeatMap(
        title: "t", summary: "s", rows: ("r", ["a"]), columns: ("c", (0..<columns).map { "\($0)" }),
        values: [[first] + (1..<columns).map { Double($0) / 100 + 0.11 }], measure: Axis("v"))
      return try SVGDocument(chart.svg()).all("text").filter {
        $0.text.hasPrefix("0.") && $0.attributes["font-size"] == "10"
      }
      .count
    }
    #expect(try cells(6) == 6)
    #expect(try cells(80) == 0)
    #expect(try cells(12) == 12)
    #expect(try cells(12, first: -123_456) == 0)
  }

  @Test("small values are printed with two digits of the largest")
  func small() throws {
    let chart = HeatMap(
      title: "t", summary: "s", rows: ("r", ["a"]), columns: ("c", ["1", "2"]), values: [[0.0131, 0.0064]],
      measure: Axis("v"), colors: .diverging(center: 0))
    let cells = try SVGDocument(chart.svg()).all("text").filter { $0.attributes["font-size"] == "10" }.map(\.text)
    #expect(cells == ["0.013", "0.006"])
  }

  @Test("a diverging map is pale at its center and equally dark at equal distances to either side")
  func diverging() throws {
    let chart = HeatMap(
      title: "t", summary: "s", rows: ("r", ["a"]), columns: ("c", ["1", "2", "3"]), values: [[-2, 0, 1]],
      measure: Axis("v"), colors: .diverging(center: 0))
    let fills = try SVGDocument(chart.svg()).all("rect").filter { $0.hover.hasPrefix("a, ") }
      .compactMap { $0.attributes["fill"] }
    #expect(fills == ["rgb(150,60,0)", "rgb(247,247,247)", "rgb(110,170,215)"])
  }

  @Test("cells without a number are empty and counted")
  func empty() throws {
    let chart = HeatMap(
      title: "t", summary: "s", rows: ("r", ["a", "b"]), columns: ("c", ["1", "2"]), values: [[1, .infinity], [2]],
      measure: Axis("v"))
    let document = try SVGDocument(chart.svg())
    #expect(document.all("rect", class: "empty").count == 2)
    #expect(document.all("desc").first?.text == "s 2 cells are empty: their values are not finite.")
  }
}
