import PromptLensPresentation
import PromptLensReporting

// Pictures.

extension TransferReport {
  /// For each target source against target accuracy on logit axes, and for each prompt and classifier its classes' changes.
  func write(to files: ResultFiles) throws {
    try files.write(results, name: "transfer")
    for outcome in study.outcomes {
      let name = outcome.pair.target.name
      try files.write(scatter(outcome), name: "robustness-\(name.fileNamePart)")
      for row in outcome.rows where row.candidate.kind.isFitted {
        let chart = BarChart(
          title: "\(row.candidate.name) on \(name)",
          summary: "For each class its accuracy on the target minus that of zero-shot CLIP, the mean over seeds.",
          axis: Axis("change of accuracy in points", notation: .points),
          bars: row.changes.map { BarChart.Bar(outcome.pair.targetImages.classNames[$0.label], $0.change) },
          signs: ("better than zero-shot", "worse than zero-shot"))
        try files.write(chart, name: "classes-\(name.fileNamePart)-\(row.candidate.name.fileNamePart)")
      }
    }
  }

  private func scatter(_ outcome: TransferStudy.Outcome) -> ScatterChart {
    func points(_ row: TransferStudy.Row) -> ScatterChart.Point? {
      guard let source = row.pooled(\.source), let target = row.pooled(\.target) else { return nil }
      return ScatterChart.Point(
        row.candidate.name, x: source.mean, y: target.mean, xInterval: source.interval, yInterval: target.interval)
    }
    func group(_ name: String, _ isMember: (TransferStudy.Candidate.Kind) -> Bool) -> ScatterChart.Group? {
      let points = outcome.rows.filter { isMember($0.candidate.kind) }.compactMap(points)
      return points.isEmpty ? nil : ScatterChart.Group(name, points)
    }
    let groups = [
      group("prompts") { $0 == .learned }, group("classifiers") { $0 == .classifier },
      group("zero-shot") { !$0.isFitted },
    ]
    return ScatterChart(
      title: "\(study.source.name) to \(outcome.pair.target.name)",
      summary:
        "Accuracy on the target against accuracy on the source, \(outcome.pair.shared.count)-way on both, on logit "
        + "axes; bars are 95 % t intervals over seeds, the line is fitted to the zero-shot classifiers.",
      x: Axis("source accuracy", scale: .logit, notation: .percent),
      y: Axis("target accuracy", scale: .logit, notation: .percent),
      groups: groups.compactMap { $0 }, showsEquality: true,
      fits: outcome.fit.map { [.init("zero-shot's line", slope: $0.slope, intercept: $0.intercept)] } ?? [])
  }
}
