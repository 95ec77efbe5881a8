import Foundation
import PromptLensReporting
import Testing

@Suite("Reports")
struct ReportTests {
  static let hostile = "<img src=x onerror=alert(1)> {{title}} & \"q\""

  static func report(_ name: String = "photo") throws -> Report {
    let table = Table(
      title: name, columns: [.text("class"), .number("change")],
      rows: [["cat", "+1.50"], ["dog", "-10.00"], [name, "9.25"], ["eel", ""]])
    return Report(
      title: "Report on \(name)", version: "0", findings: [.init("It holds for \(name).", evidence: "table")],
      chapters: [
        .init(
          name,
          [
            .facts([("accuracy", "72 %"), (name, name)]), .table(table),
            .charts(try ChartTests.all.map { try ChartDrawing($0) }),
            .pictures(title: name, [.init(file: [1, 2, 3], type: "image/jpeg", caption: name)]), .list([name]),
            .text(name),
          ])
      ], doubts: ["One seed."])
  }

  @Test("findings come first and what to distrust last")
  func order() throws {
    for text in [try Self.report().html(), try Self.report().markdown()] {
      let findings = try #require(text.range(of: "It holds for photo."))
      let table = try #require(text.range(of: "-10.00"))
      let doubt = try #require(text.range(of: "One seed."))
      #expect(findings.lowerBound < table.lowerBound && table.lowerBound < doubt.lowerBound)
    }
  }

  @Test("a page names nothing that a network would be asked for")
  func selfContained() throws {
    let page = try Self.report().html()
    let places = page.matches(of: /(?:\bsrc=|\bhref=|url\(|@import )["']?([^"')\s>]*)/).map { String($0.1) }
    #expect(!places.isEmpty)
    #expect(places.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#") }, "\(places)")
    #expect(page.contains("default-src 'none'"))
  }

  @Test("names cannot become elements, templates or markup")
  func hostileNames() throws {
    let page = try Self.report(Self.hostile).html()
    #expect(!page.contains("<img src=x"))
    #expect(page.contains("{{title}}"))
    #expect(!(try Self.report(Self.hostile).markdown()).contains("<img"))
  }

  @Test("each chart of a page has identifiers of its own, and links to its values")
  func charts() throws {
    let page = try Self.report().html()
    for number in 1...ChartTests.all.count {
      #expect(page.components(separatedBy: "id=\"chart-\(number)-title\"").count == 2)
    }
    #expect(page.components(separatedBy: "<style>").count == 2)
    let links = page.matches(of: /href="data:text\/csv;charset=utf-8;base64,([A-Za-z0-9+\/=]+)"/)
    #expect(links.count == ChartTests.all.count + 1)
    let first = try #require(links.compactMap { Data(base64Encoded: String($0.1)) }.first)
    #expect(String(decoding: first, as: UTF8.self).hasPrefix("class,change\n"))
  }

  @Test("a drawing that was written to a file is the chart again")
  func roundTrip() throws {
    for chart in ChartTests.all {
      let drawing = try ChartDrawing(svg: chart.svg(id: "file", width: 440), file: "chart.svg")
      #expect(drawing.title == chart.title)
      #expect(drawing.values == chart.data().csv())
      let (again, first) = try (SVGDocument(drawing.svg(id: "a")), SVGDocument(chart.svg(id: "a")))
      let drawn = first.elements.filter { $0.name != "metadata" && $0.name != "style" }
      #expect(again.elements.map(\.attributes) == drawn.map(\.attributes))
      func texts(_ elements: [SVGDocument.Element]) -> [String] {
        elements.map { $0.text.trimmingCharacters(in: .whitespacesAndNewlines) }
      }
      #expect(texts(again.elements) == texts(drawn))
    }
  }

  @Test(
    "pictures that promptlens did not draw are refused",
    arguments: [
      "<svg class=\"plchart\"><script>alert(1)</script></svg>",
      "<svg class=\"plchart\" onload=\"alert(1)\"></svg>", "<svg></svg>", "", "<svg class=\"plchart\">",
      "<svg class=\"plchart\"><rect style=\"background:url(http://x)\"></rect></svg>",
      "<svg class=\"plchart\"><rect fill=\"url(http://x)\"></rect></svg>",
      "<svg class=\"plchart\"><image href=\"http://x\"></image></svg>",
      "<svg class=\"plchart\"></svg><script></script>",
      "<!DOCTYPE svg><svg class=\"plchart\"></svg>", "<svg class=\"plchart\">&bomb;</svg>",
    ])
  func foreign(text: String) {
    #expect(throws: ReportError.self) { try ChartDrawing(svg: text, file: "x.svg") }
  }

  @Test("comma-separated values are read as they are written, and columns of numbers are numbers")
  func csv() {
    let table = Table(
      columns: [.text("a"), .number("n")], rows: [["x,y \"q\"\nz", "1.5"], ["", ""], ["é", "-2e3"]])
    #expect(Table(csv: table.csv()) == table)
    #expect(Table(csv: "") == Table(columns: []))
    #expect(Table(csv: "a,b\r\n1\r\n2,3,4\r\n").rows == [["1", ""], ["2", "3"]])
  }
}
