/// A report for a paper's appendix: settings, tables and tests, without epochs, pictures and charts, in few lines.
package struct Appendix: Sendable {
  /// The markup of the text.
  package enum Form: Sendable {
    case markdown
    case latex
  }

  /// The maximum number of lines.
  package static let lineLimit = 299
  /// The maximum number of rows of a table.
  private static let rowLimit = 40

  private let report: Report
  private let form: Form

  /// Creates the appendix of a report.
  package init(_ report: Report, as form: Form) {
    self.report = report
    self.form = form
  }

  /// The text; what doesn't fit is named at its end.
  package var text: String {
    let head = [heading(report.title, level: 1)]
    let parts = tests + report.sections.flatMap { self.parts(of: $0, level: 2) }
    let foot = limitations + [paragraph("Made by promptlens \(report.version).")]
    // Room for the list of what is left out.
    var room = Self.lineLimit - Self.lines(head + foot) - 4
    var kept: [String] = []
    var leftOut: [String] = []
    for part in parts {
      let lines = Self.lines([part.text])
      if lines <= room {
        kept.append(part.text)
        room -= lines
      } else if !part.title.isEmpty {
        leftOut.append(part.title)
      }
    }
    let rest =
      leftOut.isEmpty ? [] : [paragraph("Left out for length, and in the report: \(leftOut.joined(separator: "; ")).")]
    let text = (head + kept + rest + foot).joined(separator: "\n")
    return text.contains("\\unicodeletter") && !text.contains(Table.macro) ? Table.macro + text : text
  }

  private static func lines(_ parts: [String]) -> Int {
    parts.reduce(0) { $0 + $1.count { $0 == "\n" } + 1 }
  }

  /// A part of the text, which is left out under its title where there is no room.
  private struct Part {
    let title: String
    let text: String
  }

  // MARK: - Content

  /// The tests of the most important results, and the findings.
  private var tests: [Part] {
    var parts: [Part] = []
    if !report.verdicts.isEmpty {
      var table = Report.Verdict.table(report.verdicts).titled("Tests against zero-shot CLIP")
      let tests = report.verdicts.map(\.test).filter { !$0.isEmpty }.reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      if !tests.isEmpty { table = table.titled("\(table.title): \(tests.joined(separator: ", "))") }
      parts.append(Part(title: table.title, text: text(of: table)))
    }
    let findings = ReportSummary(report).findings.map(\.sentence)
    if !findings.isEmpty { parts.append(Part(title: "findings", text: list(findings))) }
    return parts
  }

  private var limitations: [String] {
    // A few sentences that hold for all of the report; those on single runs are in it.
    let doubts = ReportSummary(report).doubts.prefix(8)
    return doubts.isEmpty ? [] : [heading("Limitations", level: 2), list(Array(doubts))]
  }

  /// Returns the settings and tables of a section; folded sections are the details of a report, of which only settings
  /// belong here.
  private func parts(of section: Report.Section, level: Int) -> [Part] {
    let tables = section.blocks.compactMap { block -> (table: Table, name: String?)? in
      if case .table(let table, let name) = block { (table, name) } else { nil }
    }
    // Named tables have every number in full; where others say the same for readers, those are enough.
    let isReadable = tables.contains { $0.name == nil }
    var parts = section.blocks.compactMap { block -> Part? in
      switch block {
      case .facts(let facts): facts.isEmpty ? nil : Part(title: "\(section.title), settings", text: text(of: facts))
      case .table(let table, let name):
        section.isFolded || (isReadable && name != nil)
          ? nil
          : Part(
            title: table.title.isEmpty ? section.title : table.title,
            text: text(of: cut(name == nil ? table : table.rounded())))
      default: nil
      }
    }
    if section.isFolded, level == 2 { return [] }
    parts += section.subsections.flatMap { self.parts(of: $0, level: level + 1) }
    return parts.isEmpty ? [] : [Part(title: "", text: heading(section.title, level: level))] + parts
  }

  private func cut(_ table: Table) -> Table {
    guard table.rows.count > Self.rowLimit else { return table }
    let left = table.rows.count - Self.rowLimit
    let note = "\(left.counting("more row")) \(left == 1 ? "is" : "are") in the report"
    return Table(
      title: table.title.isEmpty ? note : "\(table.title) (\(note))", columns: table.columns,
      rows: Array(table.rows.prefix(Self.rowLimit)))
  }

  // MARK: - Markup

  private func text(of facts: [(name: String, value: String)]) -> String {
    // Fingerprints and lists of files fill lines that nobody reads on paper.
    let short = facts.filter { $0.value.count <= 100 && $0.value.utf8.count != 64 }
    return text(
      of: cut(Table(columns: [.text("setting"), .text("value")], rows: short.map { [$0.name, $0.value] })))
  }

  private func text(of table: Table) -> String {
    switch form {
    case .markdown: Markdown.table(table)
    case .latex: table.latex()
    }
  }

  private func heading(_ title: String, level: Int) -> String {
    switch form {
    case .markdown: "\(String(repeating: "#", count: level)) \(Markdown.escaped(title))\n"
    case .latex:
      "\\\(["section", "subsection", "subsubsection", "paragraph"][min(level, 4) - 1]){\(Table.latexEscaped(title))}\n"
    }
  }

  private func paragraph(_ text: String) -> String {
    switch form {
    case .markdown: "\(Markdown.escaped(text))\n"
    case .latex: "\(Table.latexEscaped(text))\n"
    }
  }

  private func list(_ sentences: [String]) -> String {
    switch form {
    case .markdown: Markdown.list(sentences)
    case .latex:
      "\\begin{itemize}\n" + sentences.map { "  \\item \(Table.latexEscaped($0))\n" }.joined() + "\\end{itemize}\n"
    }
  }
}
