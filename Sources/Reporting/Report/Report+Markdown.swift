extension Report {
  /// Tables with more rows than this are cut in a text that is meant for paper.
  private static let rowLimit = 60

  /// The report for a paper's appendix: charts as the tables of their values, pictures as their captions.
  package func markdown() -> String {
    var parts = ["# \(Table.markdown(title))\n", "## Findings\n", Self.markdown(findings)]
    for chapter in chapters {
      parts.append("## \(Table.markdown(chapter.title))\n")
      parts += chapter.blocks.map(Self.markdown)
    }
    if !doubts.isEmpty { parts += ["## What to distrust\n", Self.markdown(.list(doubts))] }
    parts.append("Made by promptlens \(version).\n")
    return parts.joined(separator: "\n")
  }

  private static func markdown(_ findings: [Finding]) -> String {
    findings.map { finding in
      let evidence = finding.evidence.isEmpty ? "" : " (\(Table.markdown(finding.evidence)))"
      return "- \(Table.markdown(finding.sentence))\(evidence)\n"
    }.joined()
  }

  private static func markdown(_ block: Block) -> String {
    switch block {
    case .text(let text): "\(Table.markdown(text))\n"
    case .findings(let findings): markdown(findings)
    case .facts(let facts):
      Table(columns: [.text("setting"), .text("value")], rows: facts.map { [$0.name, $0.value] }).markdown()
    case .table(let table): markdown(table)
    case .charts(let charts):
      charts.map { chart in
        "**\(Table.markdown(chart.title))** \(Table.markdown(chart.summary))\n\n"
          + markdown(Table(csv: chart.values).rounded())
      }.joined(separator: "\n")
    case .pictures(let title, let pictures):
      "**\(Table.markdown(title))**\n\n" + pictures.map { "- \(Table.markdown($0.caption))\n" }.joined()
    case .list(let sentences): sentences.map { "- \(Table.markdown($0))\n" }.joined()
    }
  }

  private static func markdown(_ table: Table) -> String {
    guard table.rows.count > rowLimit else { return table.markdown() }
    let cut = Table(title: table.title, columns: table.columns, rows: Array(table.rows.prefix(rowLimit)))
    return cut.markdown() + "\n\((table.rows.count - rowLimit).grouped) more rows are left out here.\n"
  }
}
