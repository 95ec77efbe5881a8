import PromptLensReporting
import Testing

@Suite("Line charts")
struct LineChartTests {
  @Test("doubling the shots moves a point equally far each time, and more accuracy is higher")
  func positions() throws {
    let marks = try SVGDocument(ChartTests.line([0.5, 0.6, 0.7, 0.8, 0.9]).svg()).marks("s0")
    let steps = zip(marks, marks.dropFirst()).map {
      ($1.number("cx") - $0.number("cx"), $0.number("cy") - $1.number("cy"))
    }
    #expect(marks.count == 5)
    for step in steps {
      #expect(abs(step.0 - steps[0].0) < 0.02 && step.0 > 10)
      #expect(abs(step.1 - steps[0].1) < 0.02 && step.1 > 10)
    }
  }

  @Test("a mark shows its series, position, value and interval on hover")
  func hover() throws {
    let marks = try SVGDocument(ChartTests.line([0.5, 0.6, 0.7, 0.8, 0.9]).svg()).marks("s0")
    #expect(marks[1].hover == "CoOp, shots 2: 60.00 % (59.00 % to 61.00 %)")
  }

  @Test("a point that isn't a number breaks the line and its band, and is noted as left out")
  func gap() throws {
    let chart = ChartTests.line([0.5, 0.6, .nan, 0.8, 0.9])
    let document = try SVGDocument(chart.svg())
    #expect(document.marks("s0").count == 4)
    #expect(document.all("polyline").map(\.points.count) == [2, 2])
    #expect(document.all("polygon", class: "band").count == 2)
    let remark = "1 value is left out: it is not finite or lies outside the axis."
    #expect(document.all("desc").first?.text == "Accuracy against shots. \(remark)")
    #expect(document.all("text").contains { remark.hasPrefix($0.text) && $0.text.count > 20 })
    #expect(chart.data().csv().contains("CoOp,4.0,nan"))
  }

  @Test("zero shots are left out of a logarithmic axis")
  func logarithmOfZero() throws {
    let chart = LineChart(
      title: "t", summary: "s", x: Axis("shots", scale: .logarithmic), y: Axis("accuracy"),
      series: [.init("a", [.init(0, 1), .init(1, 2), .init(2, 3)])])
    #expect(try SVGDocument(chart.svg()).marks("s0").count == 2)
  }

  @Test("twelve series differ in color, marker or dashes")
  func series() throws {
    let chart = LineChart(
      title: "t", summary: "s", x: Axis("x"), y: Axis("y"),
      series: (0..<12).map { index in .init("method \(index)", [.init(0, Double(index)), .init(1, Double(index))]) })
    let document = try SVGDocument(chart.svg())
    let looks = document.all("polyline").map { "\($0.classes) \($0.attributes["stroke-dasharray"] ?? "")" }
    #expect(Set(looks).count == 12)
    #expect(document.overlaps == [])
  }

  @Test(
    "ticks are round numbers", arguments: [(0.0, 1.0), (0.613, 0.781), (-3.2, 17), (0, 49_408), (5, 5), (1e-7, 3e-7)])
  func ticks(low: Double, high: Double) throws {
    let chart = LineChart(
      title: "t", summary: "s", x: Axis("x"), y: Axis("y"), series: [.init("a", [.init(0, low), .init(1, high)])])
    let labels = try SVGDocument(chart.svg()).all("text", class: "tick").filter {
      $0.attributes["text-anchor"] == "end"
    }
    .map(\.text)
    #expect(labels.count >= 3 && labels.count <= 12, "\(labels)")
    #expect(Set(labels).count == labels.count, "\(labels)")
    #expect(labels.allSatisfy { $0.count <= 8 }, "\(labels)")
  }
}
