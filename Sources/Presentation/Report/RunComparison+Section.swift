import PromptLensExperiments
import PromptLensReporting

extension RunComparison {
  /// The most runs whose table is unfolded.
  private static let unfoldedRuns = 20

  /// Returns the section of a report that compares the runs.
  ///
  /// - Parameter baselines: Classifiers without prompts, for the figure over shots.
  /// - Returns: The section.
  /// - Throws: `JSONError` when predictions are damaged or of a newer version.
  func section(baselines: [ProbeResult] = []) throws -> Report.Section {
    let finished = runs.compactMap { run in run.result.map { SweepSummary.Run(id: run.name, result: $0) } }
    var summary = SweepSummary(finished)
    summary.dataNames = dataNames
    let asked = Set(summary.headlineRuns)
    let predictions = try Dictionary(
      runs.filter { asked.contains($0.name) }.compactMap { run in try run.run.predictions.map { (run.name, $0) } },
      uniquingKeysWith: { first, _ in first })
    let figures = [summary.shotsFigure(baselines: baselines).map(titled), summary.lengthFigure].compactMap(\.self)
    let listed = testSets.map { Report.Block.table(table(of: $0)) }
    let isLong = runs.count > Self.unfoldedRuns
    return Report.Section(
      runs.count.counting("run"), verdicts: summary.verdicts(predictions), findings: findings,
      blocks: (figures.isEmpty ? [] : [.charts(figures)])
        + (finished.count > 1 ? summary.tables.map { .table($0) } : []) + (isLong ? [] : listed),
      doubts: doubts,
      subsections: (finished.isEmpty ? [] : [summary.settingsSection])
        + (isLong ? [Report.Section("All runs", blocks: listed, isFolded: true)] : []))
  }

  /// Returns the figure over shots under the title of a comparison of runs.
  private func titled(_ figure: Report.Figure) -> Report.Figure {
    guard let chart = figure.chart as? LineChart else { return figure }
    return Report.Figure(chart.titled("Accuracy against training images of each class"), name: figure.name)
  }

  /// Returns a table of runs with the same test images and classes; others are in tables of their own, since their
  /// accuracies aren't comparable.
  private func table(of runs: [ComparedRun]) -> Table {
    let settings = differingSettings
    var table = Table(
      title: testSets.count == 1 ? "Runs" : title(of: runs),
      columns: [.text("run")] + settings.map { .text($0) } + [
        .number("accuracy"), .number("zero-shot"), .number("gain, points"), .number("warnings"),
      ])
    for run in runs {
      let gain = run.accuracy.flatMap { accuracy in run.zeroShotAccuracy.map { (accuracy - $0) * 100 } }
      let numbers: [String] = [
        run.accuracy?.percentage ?? (run.result == nil ? "unfinished" : ""), run.zeroShotAccuracy?.percentage ?? "",
        gain.map { "\($0 > 0 ? "+" : "")\($0.formatted(decimals: 2))" } ?? "",
        run.result.map { "\($0.warnings.count)" } ?? "",
      ]
      table.append([run.name] + settings.map(run.run.description.text) + numbers)
    }
    return table
  }

  private func title(of runs: [ComparedRun]) -> String {
    guard let run = runs.first, let result = run.result else { return "Unfinished runs" }
    return
      "Runs on \(dataNames(run.run.description.text("data"))), \(result.classCount.counting("class", plural: "classes")), "
      + "n = \(result.total.grouped)"
  }

  private var findings: [Report.Finding] {
    let warnings = runs.flatMap { run in run.result?.warnings(of: run.name, names: dataNames) ?? [] }
    let warned = warnings.sentence(among: runs.count).map { [Report.Finding($0, evidence: "table of runs")] } ?? []
    return bestFinding + warned
  }

  private var bestFinding: [Report.Finding] {
    let measured = comparableRuns
    let better = measured.count { ($0.accuracy ?? 0) > ($0.zeroShotAccuracy ?? 1) }
    guard let best = measured.max(by: { ($0.accuracy ?? 0) < ($1.accuracy ?? 0) }), let accuracy = best.accuracy
    else { return [] }
    return [
      Report.Finding(
        "\(better) of \(measured.count) runs on the same images \(better == 1 ? "has" : "have") a higher accuracy than zero-shot CLIP; the highest, "
          + "\(accuracy.percentage), is that of \(best.name).", evidence: "table of runs")
    ]
  }

  private var doubts: [String] {
    let unfinished = runs.filter { $0.result == nil }.map(\.name)
    let measured = runs.count { $0.accuracy != nil }
    return ["The accuracy of the best of several runs is optimistic, since it was chosen on the test images."]
      + (comparableRuns.count < measured
        ? ["Runs measured on other images or classes are listed but not compared."] : [])
      + (unfinished.isEmpty ? [] : ["Unfinished runs are omitted: \(unfinished.joined(separator: ", "))."])
  }
}
