import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import Testing

@Suite("The page of a report")
struct ReportPageTests {
  static func verdict(_ data: String = "photo, 24 classes") -> Report.Verdict {
    Report.Verdict(
      method: "coop, 16-shot", data: data, accuracy: 0.72024, deviation: 0.0031, seeds: 3, zeroShot: 0.69,
      gain: 0.012...0.048, images: 960, p: 0.0021, test: "McNemar's test")
  }

  static func report(_ findings: Int = 3, verdicts: [Report.Verdict] = [verdict()]) -> Report {
    let chart = ChartTests.line([0.5, 0.6, 0.65, 0.7, 0.72])
    return Report(
      title: "Report", version: "0",
      sections: [
        .init(
          "Study", verdicts: verdicts,
          findings: (1...findings).map { .init("Finding \($0).", evidence: $0 == 1 ? "runs.csv" : "study.json") },
          blocks: [
            .charts([.init(chart, name: "shots"), .init(ChartTests.all[2], name: "bars")]),
            .table(Table(columns: [.number("n")], rows: [["1"]]), name: "runs"),
          ],
          subsections: [
            .init(
              "Epochs", blocks: [.table(Table(title: "Loss", columns: [.number("n")], rows: [["2"]]))], isFolded: true),
            .init("Open part", blocks: [.text("Seen.")]),
          ]),
        .init("Run one", findings: [.init("The run is good.")], blocks: [.text("Folded away.")], isFolded: true),
      ])
  }

  /// Returns the offset at which a text first stands in a page.
  private func place(_ text: String, in page: String) throws -> Int {
    let range = try #require(page.range(of: text), "\(text)")
    return page.utf8.distance(from: page.startIndex, to: range.lowerBound)
  }

  @Test("the verdict comes first, then one figure, then findings, then sections")
  func order() throws {
    let page = try Self.report().html()
    let places = try [
      "72.02 ± 0.31 %", "id=\"chart-1-title\"", "Finding 1.", "id=\"section-1\"", "id=\"chart-2-title\"",
    ]
    .map { try place($0, in: page) }
    #expect(places == places.sorted())
    for part in [
      "better than zero-shot CLIP", "coop, 16-shot", "3 seeds", "69.00 %", "+3.02 points", "960 test images", "0.0021",
    ] { #expect(page.contains(part), "\(part)") }
    // The figure at the top is not repeated in its section.
    #expect(page.components(separatedBy: "<svg").count == 3)
  }

  @Test("a verdict that isn't significant says so, and several verdicts are rows of a table")
  func verdicts() throws {
    var verdict = Self.verdict()
    verdict.p = 0.3
    #expect(try Self.report(verdicts: [verdict]).html().contains("not significantly different from zero-shot CLIP"))
    let several = try Self.report(verdicts: ["a", "b", "c", "d"].map(Self.verdict)).html()
    #expect(!several.contains("<article") && several.contains("<th scope=\"col\">verdict</th>"))
  }

  @Test("at most five findings stand at the top, those of folded sections last, and each links to its evidence")
  func findings() throws {
    let page = try Self.report(9).html()
    let top = try #require(page.firstMatch(of: /<section class="findings">([\s\S]*?)<\/section>/)).1
    #expect(top.components(separatedBy: "<li>").count - 1 == 5)
    #expect(top.contains("Finding 5.") && !top.contains("The run is good."))
    #expect(try Self.report(3).html().contains("The run is good. <small><a href=\"#section-2\">"))
    #expect(top.contains("5 more findings are in the sections below."))
    // A file of evidence is the table with its values; other evidence is the section's.
    #expect(
      top.contains("<a href=\"#section-1-runs\">runs.csv</a>") && top.contains("<a href=\"#section-1\">study.json"))
    #expect(page.contains("<li>Finding 9.</li>"))
    for link in page.matches(of: /href="#([^"]*)"/) {
      #expect(page.contains("id=\"\(link.1)\""), "#\(link.1) leads nowhere")
    }
  }

  @Test("sections unfold, and those that are folded begin so")
  func folding() throws {
    let page = try Self.report().html()
    #expect(page.contains(#"<details class="section" id="section-1" open>"#))
    #expect(page.contains(#"<details class="section" id="section-2"><summary><h2>Run one"#))
    #expect(page.contains("<details class=\"part\"><summary><h3>Epochs"))
    #expect(page.contains("<details class=\"part\" open><summary><h3>Open part"))
    #expect(page.components(separatedBy: "<details").count == page.components(separatedBy: "</details>").count)
  }

  @Test("verdicts and folding are kept in a section's document")
  func document() throws {
    let section = Self.report().sections[0]
    let text = section.text
    let again = try Report.Section(JSONNode(source: "s", value: JSON(parsing: Array(text.utf8), source: "s")))
    #expect(again.verdicts == section.verdicts && again.subsections.map(\.isFolded) == [true, false])
    #expect(again.text == text)
  }
}

@Suite("Appendices")
struct AppendixTests {
  private func lines(_ text: String) -> Int { text.split(separator: "\n", omittingEmptySubsequences: false).count }

  private func long(_ sections: Int) -> Report {
    let rows = (0..<200).map { ["run \($0)", "\($0)"] }
    let table = Table(title: "Accuracy_of & all", columns: [.text("run"), .number("accuracy")], rows: rows)
    return Report(
      title: "Long", version: "0",
      sections: (1...sections).map { number in
        Report.Section(
          "Study \(number)", verdicts: [ReportPageTests.verdict()], findings: [.init("It is \(number) % better.")],
          blocks: [
            .facts([("shots", "16")]), .table(table), .charts([.init(ChartTests.all[0])]),
            .pictures(title: "Pictures", [.init(path: "a", caption: "a")]),
          ],
          subsections: [.init("Epochs", blocks: [.table(table.titled("Epoch by epoch"))], isFolded: true)])
      })
  }

  @Test("an appendix has settings, tables and tests in under 300 lines, and names what it leaves out")
  func content() {
    for form in [Appendix.Form.markdown, .latex] {
      let text = Appendix(long(20), as: form).text
      #expect(lines(text) < 300)
      #expect(text.contains("shots") && text.contains("McNemar's test") && text.contains("0.0021"))
      #expect(text.contains("160 more rows are in the report") && text.contains("Left out for length"))
      #expect(!text.contains("Epoch by epoch") && !text.contains("Pictures") && !text.contains("<svg"))
    }
    #expect(!Appendix(long(1), as: .markdown).text.contains("Left out for length"))
  }

  @Test("in LaTeX every environment ends, and names are no markup")
  func latex() {
    let text = Appendix(long(2), as: .latex).text
    for environment in ["table", "tabular", "itemize"] {
      let begins = text.components(separatedBy: "\\begin{\(environment)}").count
      #expect(begins > 1 && begins == text.components(separatedBy: "\\end{\(environment)}").count)
    }
    #expect(text.contains("\\section{Long}") && text.contains("Accuracy\\_of \\& all") && text.contains("2 \\% better"))
  }
}
