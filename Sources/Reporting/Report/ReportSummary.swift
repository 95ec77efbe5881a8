/// The top of a report: the most important figure and findings, with links to their evidence.
struct ReportSummary {
  /// The maximum number of findings at the top; others are in their sections.
  private static let findingLimit = 5

  private let report: Report
  /// The findings at the top: the first of each section, then the second of each, as far as there is room, those of folded
  /// sections last.
  let findings: [Report.Finding]
  /// The first figure of the report, with the index of its section; nil without any.
  let lead: (figure: Report.Figure, section: Int)?
  /// The limitations at the end: those of unfolded sections, and those of several folded ones.
  let doubts: [String]
  /// A sentence on the findings that aren't at the top; empty if all of them are.
  let more: String
  /// The index of each finding's section, in the order of ``Report/findings``.
  private let places: [(finding: Report.Finding, section: Int)]

  init(_ report: Report) {
    self.report = report
    let bySection = report.sections.map(\.allFindings)
    places = bySection.enumerated().flatMap { index, findings in findings.map { (finding: $0, section: index) } }
    let ranked = bySection.enumerated().flatMap { section, findings in
      findings.enumerated().map { (rank: $0.offset, section: section, finding: $0.element) }
    }.sorted { left, right in
      // Folded sections are the details of others.
      let (leftFolded, rightFolded) = (report.sections[left.section].isFolded, report.sections[right.section].isFolded)
      if leftFolded != rightFolded { return rightFolded }
      return (left.rank, left.section) < (right.rank, right.section)
    }
    let top = ranked.prefix(Self.findingLimit).sorted { ($0.section, $0.rank) < ($1.section, $1.rank) }
    findings = top.map(\.finding)
    let left = ranked.count - top.count
    more = left > 0 ? "\(left.counting("more finding")) \(left == 1 ? "is" : "are") in the sections below." : ""
    let sections = report.sections
    doubts = report.doubts.filter { doubt in
      let holders = sections.filter { $0.allDoubts.contains(doubt) }
      return holders.count > 1 || holders.contains { !$0.isFolded }
    }
    lead =
      report.sections.enumerated().lazy.compactMap { index, section in
        Self.firstFigure(of: section).map { (figure: $0, section: index) }
      }.first
  }

  /// Returns the first figure outside folded subsections.
  private static func firstFigure(of section: Report.Section) -> Report.Figure? {
    for case .charts(let figures) in section.blocks {
      if let first = figures.first { return first }
    }
    return section.subsections.lazy.filter { !$0.isFolded }.compactMap(firstFigure).first
  }

  /// Returns a Boolean value that indicates whether a figure of a section stands at the top.
  func isLead(_ figure: Report.Figure, in section: Int) -> Bool {
    guard let lead, lead.section == section else { return false }
    return figure.name == lead.figure.name && figure.chart.title == lead.figure.chart.title
      && figure.chart.json == lead.figure.chart.json
  }

  // MARK: Links

  /// Returns the identifier of a section.
  static func id(ofSection index: Int) -> String { "section-\(index + 1)" }

  /// Returns the identifier of a named table or figure of a section.
  func id(of name: String, in section: Int) -> String {
    if let lead, lead.section == section, lead.figure.name == name { return "figure" }
    return "\(Self.id(ofSection: section))-\(Self.identifier(name))"
  }

  /// Returns text in lowercase letters, digits and hyphens.
  static func identifier(_ text: String) -> String {
    let kept = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(kept).split(separator: "-").joined(separator: "-").prefix(60).description
  }

  /// Returns the identifier of the table or figure that a finding rests on, or else of its section.
  func target(of finding: Report.Finding) -> String? {
    guard let section = places.first(where: { $0.finding == finding })?.section else { return nil }
    let names = report.sections[section].allBlocks.flatMap { block -> [String] in
      switch block {
      case .table(_, let name?): [name]
      case .charts(let figures): figures.compactMap(\.name)
      default: []
      }
    }
    // Evidence names files: runs.csv, lens.svg.
    let found = finding.evidence.lazy.map { $0.split(separator: ".").dropLast().joined(separator: ".") }.first {
      names.contains($0)
    }
    return found.map { id(of: $0, in: section) } ?? Self.id(ofSection: section)
  }

  /// Returns what a finding rests on as the text of a link.
  func evidence(_ finding: Report.Finding) -> String {
    finding.evidence.isEmpty ? "evidence" : finding.evidence.joined(separator: ", ")
  }
}
