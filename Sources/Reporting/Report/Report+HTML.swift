import Foundation
import Mustache

extension Report {
  /// The maximum number of rows of a table on a page; its data link contains all.
  private static let rowLimit = 500

  /// Returns the report as one self-contained page, with style, script, charts, pictures and data.
  ///
  /// - Throws: ``ReportError/template(_:)`` if the page's template is damaged.
  package func html() throws -> String {
    let template: MustacheTemplate
    do {
      template = try MustacheTemplate(string: ReportPage.template)
    } catch {
      throw ReportError.template("\(error)")
    }
    var charts = 0
    return template.render([
      "title": title, "version": version, "style": ReportPage.style, "chartStyle": ChartSurroundings.styleSheet,
      "script": ReportPage.script, "hasFindings": !findings.isEmpty, "findings": findings.map(Self.context),
      "sections": sections.enumerated().map { index, section -> [String: Any] in
        ["id": "section-\(index + 1)", "heading": section.title, "blocks": Self.blocks(of: section, &charts)]
      }, "hasDoubts": !doubts.isEmpty, "doubts": doubts,
    ])
  }

  private static func context(_ fact: (name: String, value: String)) -> [String: Any] {
    [
      "name": fact.name, "value": fact.value,
      "isLong": fact.value.count > 16 || fact.name.count + fact.value.count > 32,
    ]
  }

  private static func context(_ finding: Finding) -> [String: Any] {
    [
      "sentence": finding.sentence, "hasEvidence": !finding.evidence.isEmpty,
      "evidence": finding.evidence.joined(separator: ", "),
    ]
  }

  /// Returns a section's blocks, with those of its subsections under their own headings.
  private static func blocks(of section: Section, _ charts: inout Int) -> [[String: Any]] {
    var blocks = section.blocks.map { context($0, &charts) }
    for subsection in section.subsections {
      let under = self.blocks(of: subsection, &charts)
      if !under.isEmpty { blocks += [["subheading": subsection.title]] + under }
    }
    return blocks
  }

  /// Returns a block as the template's values of its kind.
  private static func context(_ block: Block, _ charts: inout Int) -> [String: Any] {
    switch block {
    case .text(let text): return ["paragraph": text]
    case .list(let sentences): return ["sentenceList": ["items": sentences] as [String: Any]]
    case .facts(let facts):
      return ["facts": ["items": facts.map(context)] as [String: Any]]
    case .table(let table, let name):
      return ["table": context(name == nil ? table : table.rounded(), values: table)]
    case .charts(let figures):
      let items = figures.map { figure -> [String: Any] in
        charts += 1
        let chart = figure.chart
        return [
          "svg": chart.svg(id: "chart-\(charts)", width: 440, in: .page), "name": chart.title,
          "data": link(chart.data().csv()), "file": "\(fileName(chart.title)).csv",
        ]
      }
      return ["chartGrid": ["items": items] as [String: Any]]
    case .pictures(let title, let pictures):
      let items = pictures.compactMap { picture in
        picture.thumbnail.map {
          ["source": "data:image/jpeg;base64,\(Data($0).base64EncodedString())", "caption": picture.caption]
        }
      }
      return ["pictureGrid": ["heading": title, "items": items] as [String: Any]]
    }
  }

  /// Returns a table for the template, with its values as data.
  private static func context(_ table: Table, values: Table) -> [String: Any] {
    func cells(_ row: [String]) -> [[String: Any]] {
      zip(table.columns, row).map { ["text": $1, "isNumber": $0.alignment == .trailing] }
    }
    let left = table.rows.count - rowLimit
    return [
      "hasCaption": !table.title.isEmpty, "caption": table.title, "columns": cells(table.columns.map(\.heading)),
      "rows": table.rows.prefix(rowLimit).map { ["cells": cells($0)] }, "isLong": table.rows.count > 14,
      "isCut": left > 0, "left": left.grouped, "data": link(values.csv()),
      "file": "\(fileName(table.title.isEmpty ? "table" : table.title)).csv",
    ]
  }

  private static func link(_ values: String) -> String {
    "data:text/csv;charset=utf-8;base64,\(Data(values.utf8).base64EncodedString())"
  }

  private static func fileName(_ title: String) -> String {
    let kept = title.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(kept).split(separator: "-").joined(separator: "-").prefix(60).description
  }
}
