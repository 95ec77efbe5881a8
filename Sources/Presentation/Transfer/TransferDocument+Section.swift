import PromptLensExperiments
import PromptLensReporting

extension TransferDocument {
  /// The section of a report.
  package var section: Report.Section {
    var section = Report.Section(
      "Transfer", verdicts: verdicts, findings: findings.map { Report.Finding($0, evidence: "transfer.csv") },
      blocks: [.charts((gainFigure.map { [$0] } ?? []) + figures)] + resultTables.map { .table($0) }
        + [.facts(Report.facts(of: json))],
      doubts: doubts,
      subsections: [Report.Section("All numbers", blocks: [.table(fullPrecision, name: "transfer")], isFolded: true)])
    section.blocks += warnings.tables.map { .table($0) } + (remarks.block.map { [$0] } ?? [])
    if !curves.isEmpty {
      section.blocks.append(.table(InterpolationCurve.fullPrecision(curves), name: "interpolation"))
    }
    return section
  }
}
