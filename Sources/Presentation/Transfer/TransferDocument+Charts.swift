import PromptLensExperiments
import PromptLensReporting

extension TransferDocument {
  /// Writes tables and data, and the section of a report with its pictures.
  ///
  /// - Throws: `FileError` when a file cannot be written.
  package func write(to files: ResultFiles) throws {
    try files.write(Results(json: json, tables: resultTables, csv: fullPrecision), name: "transfer")
    if !curves.isEmpty {
      // The curves' data are in transfer.json.
      let tables = curves.map(\.table)
      try files.write(tables.map(Markdown.table).joined(separator: "\n"), to: "interpolation.md")
      try files.write(tables.map { $0.latex() }.joined(separator: "\n"), to: "interpolation.tex")
    }
    try files.write(section, name: "transfer")
  }

  /// The charts, in the order in which they are best read: for each target source against target accuracy on logit axes, for
  /// each curve its accuracies.
  package var figures: [Report.Figure] {
    corruptionFigures
      + targets.filter { !$0.isCorrupted }.map {
        Report.Figure(scatter($0), name: "robustness-\($0.name.fileNamePart)")
      } + curves.map { Report.Figure($0.chart, name: "interpolation-\($0.name.fileNamePart)") }
  }

  /// The charts of the classes' changes, for each target and each prompt and classifier.
  package var classFigures: [Report.Figure] {
    targets.filter { !$0.isCorrupted }.flatMap { target in
      target.results.filter(\.kind.isFitted).map {
        Report.Figure(
          Self.bars($0, target), name: "classes-\(target.name.fileNamePart)-\($0.name.fileNamePart)")
      }
    }
  }

  private static func bars(_ result: TargetResult, _ target: Target) -> BarChart {
    BarChart(
      title: "\(result.name) on \(target.name)",
      summary: "For each class its accuracy on the target minus that of zero-shot CLIP, the mean over seeds.",
      axis: Axis("change of accuracy in points", notation: .points),
      bars: result.classChanges.map { BarChart.Bar($0.className, $0.change) },
      signs: ("better than zero-shot", "worse than zero-shot"))
  }

  private func scatter(_ target: Target) -> ScatterChart {
    func point(_ result: TargetResult) -> ScatterChart.Point? {
      guard let source = result.measures[.sourceAccuracy], let accuracy = result.measures[.targetAccuracy] else {
        return nil
      }
      return ScatterChart.Point(
        result.name, x: source.mean, y: accuracy.mean, xInterval: source.interval, yInterval: accuracy.interval)
    }
    func group(_ name: String, _ isMember: (TransferCandidate.Kind) -> Bool) -> ScatterChart.Group? {
      let points = target.results.filter { isMember($0.kind) }.compactMap(point)
      return points.isEmpty ? nil : ScatterChart.Group(name, points)
    }
    let groups = [
      group("prompts") { $0 == .learned }, group("classifiers") { $0 == .classifier },
      group("zero-shot") { !$0.isFitted },
    ]
    return ScatterChart(
      title: "\(source.name) to \(target.name)",
      summary:
        "Accuracy on the target against accuracy on the source, \(target.classNames.count) classes on both, on logit "
        + "axes; bars are 95 % t intervals over seeds, the line is fitted to the zero-shot classifiers."
        + (target.fit?.weakness.map { " No line is drawn: \($0)." } ?? ""),
      x: Axis("source accuracy", scale: .logit, notation: .percent),
      y: Axis("target accuracy", scale: .logit, notation: .percent),
      groups: groups.compactMap { $0 }, showsEquality: true,
      fits: (ownLine(target) ?? []) + publishedLines(target))
  }

  /// The line fitted to the zero-shot classifiers; nil if it isn't a valid baseline.
  private func ownLine(_ target: Target) -> [ScatterChart.Fit]? {
    guard let fit = target.fit, fit.weakness == nil else { return nil }
    return [ScatterChart.Fit("zero-shot's line", slope: fit.slope, intercept: fit.intercept)]
  }

  /// The lines through published models whose accuracies on the source are among the same classes as the chart's.
  private func publishedLines(_ target: Target) -> [ScatterChart.Fit] {
    published.filter { comparison in
      comparison.target == target.name
        && (comparison.line.usesSharedClasses || target.classNames.count == source.classCount)
    }.map { comparison in
      let line = comparison.line
      return ScatterChart.Fit(
        "\(line.count) of \(line.models.rawValue)", slope: line.slope, intercept: line.intercept)
    }
  }
}
