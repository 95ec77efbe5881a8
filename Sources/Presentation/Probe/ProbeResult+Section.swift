import PromptLensExperiments
import PromptLensReporting

extension ProbeResult {
  /// The section of a report.
  package var section: Report.Section {
    let tables = results(confusions: 5).tables
    return Report.Section(
      "Probe", findings: warnings.map { Report.Finding("\($0).", evidence: "result.json") },
      blocks: [.facts(Report.facts(of: json))] + tables.map { .table($0) } + (remarks.block.map { [$0] } ?? []),
      doubts: targets.isEmpty
        ? []
        : ["a gain on these targets says nothing about others; effective robustness depends on its baselines."])
  }
}
