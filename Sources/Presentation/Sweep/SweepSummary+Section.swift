import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// The section of a report.
  package var section: Report.Section {
    let figures = charts.map { Report.Figure($0.chart, name: "shots-\($0.data.fileNamePart)") }
    return Report.Section(
      "Sweep of \(runs.count.counting("run"))",
      findings: [bestSentence, warnings.sentence(among: runs.count)].compactMap(\.self).map {
        Report.Finding($0, evidence: "sweep.json")
      },
      blocks: (figures.isEmpty ? [] : [.charts(figures)]) + tables.map { .table($0) }
        + [.table(runTable, name: "runs")] + warnings.tables.map { .table($0) }
        + (ImageRemarks.joined(runs.map(\.result.remarks)).block.map { [$0] } ?? []))
  }

  /// A sentence on the cell with the highest mean accuracy; `nil` without test images.
  private var bestSentence: String? {
    let cells = groups.compactMap { group in pooled(\.accuracy, in: group).map { (group: group, mean: $0.mean) } }
    guard let best = cells.max(by: { $0.mean < $1.mean }) else { return nil }
    func text(_ setting: String) -> String? { best.group.text(setting).isEmpty ? nil : best.group.text(setting) }
    let shots = text("shots").map { "\($0) shots" } ?? "all images"
    let zeroShot = pooled(\.zeroShotAccuracy, in: best.group).map { "; zero-shot CLIP has \($0.mean.percentage)." }
    return
      "Of \(cells.count) settings \(text("method") ?? "one") with \(shots) on \(text("data") ?? "its data") has the highest "
      + "accuracy, \(best.mean.percentage) on average over seeds" + (zeroShot ?? ".")
  }
}
