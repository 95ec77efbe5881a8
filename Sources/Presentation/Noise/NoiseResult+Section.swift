import PromptLensExperiments
import PromptLensReporting

extension NoiseResult {
  /// The section of a report.
  package var section: Report.Section {
    let facts = Report.Block.facts(Report.facts(of: json))
    return Report.Section(
      "Label noise", findings: findings.map { Report.Finding($0, evidence: "result.json") },
      blocks: [facts] + (charts.isEmpty ? [] : [.charts(charts.map { Report.Figure($0.chart, name: $0.name) })])
        + tables.map { .table($0) } + warnings.tables.map { .table($0) } + (remarks.block.map { [$0] } ?? []),
      doubts: doubts)
  }
}
