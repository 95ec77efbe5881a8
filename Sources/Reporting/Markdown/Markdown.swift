/// A writer of GitHub Markdown: tables, findings, sections and reports.
package enum Markdown {
  /// The maximum number of rows of a table in a text for papers; longer tables are truncated.
  private static let rowLimit = 60

  /// Returns text without characters that could become markup.
  package static func escaped(_ text: String) -> String {
    // By scalars: a mark that combines with a bar or a bracket does not make it another character to a reader of
    // Markdown.
    Table.printable(text).unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~": text += "\\\(scalar)"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "&": text += "&amp;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Returns a table, with its title in bold above it.
  package static func table(_ table: Table) -> String {
    let rule = table.columns.map { $0.alignment == .leading ? ":---" : "---:" }
    let body = table.rows.enumerated().map { index, row in
      row.map(escaped).map { table.boldRows.contains(index) && !$0.isEmpty ? "**\($0)**" : $0 }
    }
    let lines = [table.columns.map { escaped($0.heading) }, rule] + body
    return (table.title.isEmpty ? "" : "**\(escaped(table.title))**\n\n")
      + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  /// Returns a list of sentences.
  package static func list(_ sentences: [String]) -> String { sentences.map { "- \(escaped($0))\n" }.joined() }

  // MARK: - For paper

  /// Returns a report for a paper's appendix: findings first, charts as the tables of their values, pictures as their
  /// captions.
  package static func report(_ report: Report) -> String {
    let findings = report.findings.map { finding in
      let evidence = finding.evidence.isEmpty ? "" : " (\(escaped(finding.evidence.joined(separator: ", "))))"
      return "- \(escaped(finding.sentence))\(evidence)\n"
    }
    var parts = ["# \(escaped(report.title))\n", "## Findings\n", findings.joined()]
    parts += report.sections.flatMap { section($0, level: 2) }
    if !report.doubts.isEmpty { parts += ["## Limitations\n", list(report.doubts)] }
    parts.append("Made by promptlens \(report.version).\n")
    return parts.joined(separator: "\n")
  }

  private static func section(_ section: Report.Section, level: Int) -> [String] {
    ["\(String(repeating: "#", count: level)) \(escaped(section.title))\n"] + section.blocks.map(block)
      + section.subsections.flatMap { self.section($0, level: level + 1) }
  }

  private static func block(_ block: Report.Block) -> String {
    switch block {
    case .text(let text): "\(escaped(text))\n"
    case .facts(let facts): facts.isEmpty ? "" : table(facts)
    case .table(let table, let name): cut(name == nil ? table : table.rounded())
    case .charts(let figures):
      figures.map { figure in
        "**\(escaped(figure.chart.title))** \(escaped(figure.chart.summary))\n\n"
          + cut(figure.chart.data().rounded().untitled)
      }.joined(separator: "\n")
    case .pictures(let title, let pictures):
      "**\(escaped(title))**\n\n" + list(pictures.map(\.caption))
    case .list(let sentences): list(sentences)
    }
  }

  private static func table(_ facts: [(name: String, value: String)]) -> String {
    table(Table(columns: [.text("setting"), .text("value")], rows: facts.map { [$0.name, $0.value] }))
  }

  private static func cut(_ table: Table) -> String {
    guard table.rows.count > rowLimit else { return self.table(table) }
    let cut = Table(title: table.title, columns: table.columns, rows: Array(table.rows.prefix(rowLimit)))
    let left = table.rows.count - rowLimit
    return self.table(cut) + "\n\(left.counting("more row")) \(left == 1 ? "is" : "are") left out here.\n"
  }

  // MARK: - Beside the files

  /// Returns sections as a text for the folder of their files: every finding with links to its evidence, and charts as
  /// pictures; tables remain separate files.
  ///
  /// - Parameters:
  ///   - title: The heading over all sections.
  ///   - facts: Names with values under it.
  ///   - sections: The sections; their doubts aren't repeated.
  /// - Returns: The text.
  package static func folderPage(
    title: String, facts: [(name: String, value: String)] = [], sections: [Report.Section]
  ) -> String {
    var lines = ["# \(escaped(title))", ""]
    if !facts.isEmpty {
      lines += ["| | |", "|---|---|"] + facts.map { "| \(escaped($0.name)) | \(escaped($0.value)) |" } + [""]
    }
    for section in sections {
      lines += ["## \(escaped(section.title))", ""]
      lines += section.allFindings.map { finding in
        let evidence = finding.evidence.map { "[\($0)](\($0))" }.joined(separator: ", ")
        return "- \(escaped(finding.sentence))\(evidence.isEmpty ? "" : " Evidence: \(evidence)")"
      }
      for case .list(let sentences) in section.allBlocks { lines += sentences.map { "- \(escaped($0))" } }
      lines.append("")
      for case .charts(let figures) in section.allBlocks {
        lines += figures.compactMap { figure in figure.name.map { "![\(figure.chart.title)](\($0).svg)" } }
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }
}
