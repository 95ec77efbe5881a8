import PromptLensExperiments
import PromptLensReporting

extension TransferDocument {
  /// The section of a report.
  package var section: Report.Section {
    var section = Report.Section(
      "Transfer", verdicts: verdicts, findings: findings.map { Report.Finding($0, evidence: "transfer.csv") },
      blocks: [.charts((gainFigure.map { [$0] } ?? []) + figures)] + resultTables.map { .table($0) }
        + warnings.tables.map { .table($0) } + (remarks.block.map { [$0] } ?? []),
      doubts: doubts)
    // A bar for each class makes long charts.
    if !classFigures.isEmpty {
      section.subsections.append(
        Report.Section("Changes by class", blocks: [.charts(classFigures)], isFolded: true))
    }
    let interpolation =
      curves.isEmpty
      ? []
      : [
        Report.Block.table(InterpolationCurve.fullPrecision(curves), name: "interpolation")
      ]
    section.subsections.append(
      Report.Section(
        "All numbers",
        blocks: [.table(fullPrecision, name: "transfer")] + interpolation + [.facts(Report.facts(of: json))],
        isFolded: true))
    return section
  }
}
