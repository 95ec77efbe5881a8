import Foundation
import Mustache

extension Report {
  /// The number of sections up to which folded ones are links at the top, too.
  private static let contentLimit = 10

  /// Returns the report as one self-contained page, with style, script, charts, pictures and data.
  ///
  /// At the top stand a card of verdicts, the most important figure, and at most five findings with links to what they
  /// rest on; sections unfold.
  ///
  /// - Throws: ``ReportError/template(_:)`` if the page's template is damaged.
  package func html() throws -> String {
    let template: MustacheTemplate
    do {
      template = try MustacheTemplate(string: ReportPage.template)
    } catch {
      throw ReportError.template("\(error)")
    }
    let summary = ReportSummary(self)
    var page = PageContent(summary)
    let lead = summary.lead.map { page.context($0.figure) }
    let sections = sections.enumerated().map { index, section -> [String: Any] in
      [
        "id": ReportSummary.id(ofSection: index), "heading": section.title, "isOpen": !section.isFolded,
        "blocks": page.blocks(of: section, in: index) + page.ownDoubts(of: section),
      ]
    }
    // Of many sections, those that are folded are found below.
    let contents = sections.filter { sections.count <= Self.contentLimit || $0["isOpen"] as? Bool == true }
    return template.render([
      "title": title, "version": version, "style": ReportPage.style, "chartStyle": ChartSurroundings.styleSheet,
      "script": ReportPage.script,
      "hasVerdicts": !verdicts.isEmpty, "cards": PageContent.cards(verdicts),
      "verdictTable": PageContent.table(verdicts),
      "lead": lead ?? [:], "hasLead": lead != nil,
      "hasFindings": !summary.findings.isEmpty, "findings": summary.findings.map { PageContent.context($0, summary) },
      "more": summary.more, "hasMore": !summary.more.isEmpty,
      "contents": contents, "sections": sections, "hasDoubts": !summary.doubts.isEmpty, "doubts": summary.doubts,
    ])
  }
}

/// The values of the page's template.
private struct PageContent {
  /// The maximum number of rows of a table on a page; its data link contains all.
  private static let rowLimit = 500
  /// The number of verdicts that have cards of their own; more are rows of a table.
  private static let cardLimit = 3

  private let summary: ReportSummary
  private var charts = 0

  init(_ summary: ReportSummary) { self.summary = summary }

  // MARK: The top

  static func cards(_ verdicts: [Report.Verdict]) -> [[String: Any]] {
    guard verdicts.count <= cardLimit else { return [] }
    return verdicts.map { verdict in
      [
        "outcome": verdict.outcome?.rawValue ?? "untested", "outcomeText": verdict.outcomeText,
        "accuracy": verdict.accuracyText, "gain": verdict.gainText ?? "",
        "facts": verdict.facts.map(context(fact:)),
      ]
    }
  }

  static func table(_ verdicts: [Report.Verdict]) -> [[String: Any]] {
    guard verdicts.count > cardLimit else { return [] }
    // Accuracies on different data are in no order.
    return [context(Report.Verdict.table(verdicts), id: "verdicts", isSortable: false)]
  }

  static func context(_ finding: Report.Finding, _ summary: ReportSummary) -> [String: Any] {
    [
      "sentence": finding.sentence, "target": summary.target(of: finding) ?? "", "evidence": summary.evidence(finding),
      "hasTarget": summary.target(of: finding) != nil,
    ]
  }

  private static func context(fact: (name: String, value: String)) -> [String: Any] {
    [
      "name": fact.name, "value": fact.value,
      "isLong": fact.value.count > 16 || fact.name.count + fact.value.count > 32,
    ]
  }

  // MARK: Sections

  /// Returns a section's blocks, with those of its subsections under headings that unfold.
  mutating func blocks(of section: Report.Section, in index: Int) -> [[String: Any]] {
    var blocks: [[String: Any]] = []
    let rest = section.findings.filter { !summary.findings.contains($0) }
    if !rest.isEmpty { blocks.append(["sentenceList": ["items": rest.map(\.sentence)] as [String: Any]]) }
    blocks += section.blocks.map { context($0, in: index) }
    for subsection in section.subsections {
      let under = self.blocks(of: subsection, in: index)
      guard !under.isEmpty else { continue }
      blocks.append(["unfolding": ["heading": subsection.title, "isOpen": !subsection.isFolded] as [String: Any]])
      blocks += under + [["end": true]]
    }
    return blocks
  }

  /// Returns the limitations of a folded section that hold for nothing else.
  func ownDoubts(of section: Report.Section) -> [[String: Any]] {
    let own = section.allDoubts.filter { !summary.doubts.contains($0) }
    return own.isEmpty ? [] : [["subheading": "Limitations"], ["sentenceList": ["items": own] as [String: Any]]]
  }

  /// Returns a block as the template's values of its kind.
  private mutating func context(_ block: Report.Block, in index: Int) -> [String: Any] {
    switch block {
    case .text(let text): return ["paragraph": text]
    case .list(let sentences): return ["sentenceList": ["items": sentences] as [String: Any]]
    case .facts(let facts):
      return ["facts": ["items": facts.map(Self.context(fact:))] as [String: Any]]
    case .table(let table, let name):
      let id = name.map { summary.id(of: $0, in: index) }
      return ["table": Self.context(name == nil ? table : table.rounded(), values: table, id: id)]
    case .charts(let figures):
      let items = figures.filter { !summary.isLead($0, in: index) }.map { figure in
        var context = context(figure)
        context["id"] = figure.name.map { summary.id(of: $0, in: index) } ?? ""
        context["hasID"] = figure.name != nil
        return context
      }
      return items.isEmpty ? [:] : ["chartGrid": ["items": items] as [String: Any]]
    case .pictures(let title, let pictures):
      let items = pictures.compactMap { picture -> [String: Any]? in
        picture.thumbnail.map { thumbnail in
          [
            "source": Self.source(thumbnail), "caption": picture.caption,
            "overlays": picture.overlays.map { ["source": Self.source($0.picture), "caption": $0.caption] },
          ]
        }
      }
      let isWide = pictures.contains { !$0.overlays.isEmpty }
      return ["pictureGrid": ["heading": title, "items": items, "isWide": isWide] as [String: Any]]
    }
  }

  /// Returns a figure's pictures with its values as data.
  mutating func context(_ figure: Report.Figure) -> [String: Any] {
    charts += 1
    let chart = figure.chart
    let pictures =
      (chart as? PanelChart)?.pagePictures(id: "chart-\(charts)", width: 300)
      ?? [chart.svg(id: "chart-\(charts)", width: 440, in: .page)]
    return [
      "pictures": pictures, "isPanels": pictures.count > 1, "name": chart.title, "summary": chart.summary,
      "data": Self.link(chart.data().csv()), "file": "\(ReportSummary.identifier(chart.title)).csv",
    ]
  }

  /// Returns a table for the template, with its values as data.
  private static func context(_ table: Table, values: Table? = nil, id: String?, isSortable: Bool = true) -> [String:
    Any]
  {
    func cells(_ row: [String]) -> [[String: Any]] {
      zip(table.columns, row).map { ["text": $1, "isNumber": $0.alignment == .trailing] }
    }
    let left = table.rows.count - rowLimit
    return [
      "hasID": id != nil, "id": id ?? "",
      "hasCaption": !table.title.isEmpty, "caption": table.title, "columns": cells(table.columns.map(\.heading)),
      "rows": table.rows.prefix(rowLimit).map { ["cells": cells($0)] }, "isLong": table.rows.count > 14,
      "isSortable": isSortable, "isBroad": table.columns.count > 10, "isVast": table.columns.count > 16,
      "isCut": left > 0, "left": "\(left.counting("more row")) \(left == 1 ? "is" : "are")",
      "data": link((values ?? table).csv()),
      "file": "\(ReportSummary.identifier(table.title.isEmpty ? "table" : table.title)).csv",
    ]
  }

  private static func source(_ picture: [UInt8]) -> String {
    "data:image/jpeg;base64,\(Data(picture).base64EncodedString())"
  }

  private static func link(_ values: String) -> String {
    "data:text/csv;charset=utf-8;base64,\(Data(values.utf8).base64EncodedString())"
  }
}
