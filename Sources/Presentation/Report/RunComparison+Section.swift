import PromptLensExperiments
import PromptLensReporting

extension RunComparison {
  /// The section of a report that compares the runs.
  var section: Report.Section {
    var section = Report.Section(
      runs.count.counting("run"), findings: findings, blocks: [.table(table)], doubts: doubts)
    if let chart = shotsChart { section.blocks.append(.charts([Report.Figure(chart)])) }
    return section
  }

  private var table: Table {
    let settings = differingSettings
    var table = Table(
      title: "Runs",
      columns: [.text("run")] + settings.map { .text($0) } + [
        .number("accuracy"), .number("zero-shot"), .number("gain, points"), .number("warnings"),
      ])
    for run in runs {
      let gain = run.accuracy.flatMap { accuracy in run.zeroShotAccuracy.map { (accuracy - $0) * 100 } }
      table.append(
        [run.name] + settings.map(run.run.description.text) + [
          run.accuracy?.percentage ?? (run.result == nil ? "unfinished" : ""), run.zeroShotAccuracy?.percentage ?? "",
          gain.map { "\($0 > 0 ? "+" : "")\($0.formatted(decimals: 2))" } ?? "",
          run.result.map { "\($0.warnings.count)" } ?? "",
        ])
    }
    return table
  }

  private var findings: [Report.Finding] {
    let warnings = runs.flatMap { run in run.result?.warnings(of: run.name) ?? [] }
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
        "\(better) of \(measured.count) runs on the same images have a higher accuracy than zero-shot CLIP; the highest, "
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

  /// Accuracy against shots, a line for each recipe; `nil` when the shots don't differ.
  private var shotsChart: LineChart? {
    let recipes = recipesByShots
    let shots = Set(recipes.flatMap(\.runs).compactMap(\.shots)).sorted()
    guard shots.count > 1 else { return nil }
    let zeroShot = Set(comparableRuns.filter { $0.shots != nil }.compactMap(\.zeroShotAccuracy))
    return LineChart(
      title: "Accuracy against training images of each class",
      summary: "One point for each number of shots; seeds at the same number of shots are points of the same line.",
      x: Axis("training images of each class", scale: .logarithmic, ticks: shots),
      y: Axis("accuracy", notation: .percent),
      series: recipes.map { name, runs in
        .init(name, runs.map { .init($0.shots ?? .nan, $0.accuracy ?? .nan) })
      }, levels: zeroShot.count == 1 ? zeroShot.map { .init("zero-shot CLIP", $0) } : [])
  }
}
