import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import Testing

@Suite("Reports")
struct ReportTests {
  static let hostile = "<img src=x onerror=alert(1)> {{title}} & \"q\""

  static func report(_ name: String = "photo") -> Report {
    let table = Table(
      title: name, columns: [.text("class"), .number("change")],
      rows: [["cat", "+1.50"], ["dog", "-10.00"], [name, "9.25"], ["eel", ""]])
    return Report(
      title: "Report on \(name)", version: "0",
      sections: [
        .init(
          name, findings: [.init("It holds for \(name).", evidence: "table")],
          blocks: [
            .facts([("accuracy", "72 %"), (name, name)]), .table(table),
            .charts(ChartTests.all.map { .init($0) }),
            .pictures(title: name, [.init(path: name, caption: name, thumbnail: [1, 2, 3])]), .list([name]),
            .text(name),
          ], doubts: ["One seed."])
      ])
  }

  @Test("a page lists findings first and doubts last")
  func order() throws {
    for text in [try Self.report().html(), Markdown.report(Self.report())] {
      let findings = try #require(text.range(of: "It holds for photo."))
      let table = try #require(text.range(of: "-10.00"))
      let doubt = try #require(text.range(of: "One seed."))
      #expect(findings.lowerBound < table.lowerBound && table.lowerBound < doubt.lowerBound)
    }
  }

  @Test("a page doesn't refer to anything on a network")
  func selfContained() throws {
    let page = try Self.report().html()
    let references = page.matches(of: /(?:\bsrc=|\bhref=|url\(|@import )["']?([^"')\s>]*)/).map { String($0.1) }
    #expect(!references.isEmpty)
    #expect(references.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#") }, "\(references)")
    #expect(page.contains("default-src 'none'"))
  }

  @Test("names never become elements, templates or markup")
  func hostileNames() throws {
    let page = try Self.report(Self.hostile).html()
    #expect(!page.contains("<img src=x"))
    #expect(page.contains("{{title}}"))
    #expect(!Markdown.report(Self.report(Self.hostile)).contains("<img"))
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
    let values = links.compactMap { Data(base64Encoded: String($0.1)) }.map { String(decoding: $0, as: UTF8.self) }
    #expect(values.contains { $0.hasPrefix("class,change\n") })
  }

  @Test("a section with every kind of block is the same after it is written and read")
  func sectionAsData() throws {
    var section = try #require(Self.report().sections.first)
    section.subsections = [.init("Under it", findings: [.init("It follows.")], doubts: ["Perhaps."])]
    let again = try Report.Section(JSONNode(source: "s", value: JSON(parsing: Array(section.text.utf8), source: "s")))
    #expect(again.text == section.text)
    #expect(again.allFindings == section.allFindings && again.allDoubts == ["One seed.", "Perhaps."])
    #expect(again.subsections.map(\.title) == ["Under it"])
  }

  @Test("a section of a newer version, or with a block of an unknown kind, is an error by name")
  func foreignSections() throws {
    func read(_ text: String) throws -> Report.Section {
      try Report.Section(JSONNode(source: "x.section.json", value: JSON(parsing: Array(text.utf8), source: "x")))
    }
    let empty = #""title": "t", "findings": [], "doubts": [], "sections": []"#
    #expect(throws: JSONError.self) { try read("{\"format_version\": 2, \"blocks\": [], \(empty)}") }
    let error = #expect(throws: JSONError.self) { try read("{\"blocks\": [{\"kind\": \"video\"}], \(empty)}") }
    #expect(error.map { "\($0)" }?.contains("x.section.json: blocks[0].kind") == true)
  }

  @Test("pictures get thumbnails up to a limit, and groups without any are left out")
  func thumbnails() {
    let pictures = ["a", "b", "c", "d"].map { Report.Picture(path: $0, caption: $0) }
    let section = Report.Section(
      "s", blocks: [.pictures(title: "kept", pictures), .pictures(title: "gone", Array(pictures.prefix(1)))])
    let shown = section.withThumbnails(limit: 2) { $0 == "a" ? nil : Array($0.utf8) }
    guard case .pictures(let title, let found)? = shown.blocks.first else {
      Issue.record("no pictures")
      return
    }
    #expect(title == "kept" && found.map(\.path) == ["b", "c"] && shown.blocks.count == 1)
  }
}
