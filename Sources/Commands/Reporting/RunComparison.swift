import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensTensorFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

/// Several runs side by side.
struct RunComparison {
  private let rows: [ComparedRun]

  init(_ runs: [RunFolder]) throws { rows = try runs.map(ComparedRun.init) }

  /// Settings that differ between runs, without fingerprints and what follows from others.
  private var differing: [String] {
    let names = rows.flatMap { $0.run.description.settings.keys }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.filter { name in
      let values = Set(rows.map { $0.text(name) })
      return values.count > 1 && !values.contains { $0.utf8.count == 64 } && !name.hasSuffix("_fingerprint")
        && name != "training_features" && name != "test_features" && !followsFromNoise(name)
    }
  }

  /// Whether runs with the same noise have the same value: its rate, and mostly its seed.
  private func followsFromNoise(_ name: String) -> Bool {
    name != "noise" && name.hasPrefix("noise")
      && Dictionary(grouping: rows) { $0.text("noise") }.values.allSatisfy { Set($0.map { $0.text(name) }).count == 1 }
  }

  var section: Report.Section {
    let differing = differing
    var table = Table(
      title: "Runs",
      columns: [.text("run")] + differing.map { .text($0) } + [
        .number("accuracy"), .number("zero-shot"), .number("gain, points"),
      ])
    for row in rows {
      let gain = row.accuracy.flatMap { accuracy in row.zeroShot.map { (accuracy - $0) * 100 } }
      table.append(
        [row.name] + differing.map(row.text) + [
          row.accuracy?.percentage ?? (row.result == nil ? "not finished" : ""), row.zeroShot?.percentage ?? "",
          gain.map { "\($0 > 0 ? "+" : "")\($0.formatted(decimals: 2))" } ?? "",
        ])
    }
    var section = Report.Section(
      "\(rows.count) runs", findings: findings, blocks: [.table(table)], doubts: doubts)
    if let chart = shotsChart { section.blocks.append(.charts([Report.Figure(chart)])) }
    return section
  }

  /// The most runs that were measured on the same images and classes: accuracies on others do not compare.
  private var comparable: [ComparedRun] {
    let measured = rows.filter { $0.accuracy != nil }
    let groups = Dictionary(grouping: measured, by: \.measuredOn)
    return groups.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value ?? []
  }

  private var findings: [Report.Finding] {
    let measured = comparable
    let better = measured.count { ($0.accuracy ?? 0) > ($0.zeroShot ?? 1) }
    guard let best = measured.max(by: { ($0.accuracy ?? 0) < ($1.accuracy ?? 0) }), let accuracy = best.accuracy
    else { return [] }
    return [
      Report.Finding(
        "\(better) of \(measured.count) runs on the same images classify more of them rightly than zero-shot CLIP; the "
          + "most, \(accuracy.percentage), \(best.name).", evidence: "table of runs")
    ]
  }

  private var doubts: [String] {
    let unfinished = rows.filter { $0.result == nil }.map(\.name)
    let measured = rows.count { $0.accuracy != nil }
    return ["The best of several runs looks better than it is: it was chosen on the images that it is measured on."]
      + (comparable.count < measured
        ? ["Runs that were measured on other images or classes stand in the table, and are not compared."] : [])
      + (unfinished.isEmpty ? [] : ["Not finished, and left out: \(unfinished.joined(separator: ", "))."])
  }

  // MARK: - Ways of learning

  /// Finished runs that get chapters of their own, in the order that they were given in: of each way of learning one, that
  /// with the most shots, the most accurate ways first; then the others alike.
  ///
  /// - Parameter limit: how many there may be.
  /// - Returns: the runs.
  func exemplars(_ limit: Int) -> [RunFolder] {
    let finished = rows.indices.filter { rows[$0].result != nil }
    let apart = settingsApart
    let ways = Dictionary(grouping: finished) { rows[$0].way(apart) }.values.map { way in
      way.sorted { (rows[$0].number("shots") ?? 0, $1) > (rows[$1].number("shots") ?? 0, $0) }
    }
    let ranked = ways.flatMap { way in way.enumerated().map { (rank: $0.offset, run: $0.element) } }.sorted {
      ($0.rank, -(rows[$0.run].accuracy ?? 0), $0.run) < ($1.rank, -(rows[$1.run].accuracy ?? 0), $1.run)
    }
    return ranked.prefix(limit).map(\.run).sorted().map { rows[$0].run }
  }

  /// The settings that tell ways of learning apart.
  private var settingsApart: [String] {
    differing.filter { !["method", "shots", "seed", "epochs", "views"].contains($0) }
  }

  /// Accuracy against shots, a line for each way of learning; nil when the shots do not differ.
  private var shotsChart: LineChart? {
    let measured = comparable.filter { $0.number("shots") != nil }
    let apart = settingsApart
    // A way that was tried at one number of shots alone is no line.
    let ways = Dictionary(grouping: measured) { $0.way(apart) }.filter { _, rows in
      Set(rows.map { $0.number("shots") }).count > 1
    }
    let shots = Set(ways.values.joined().compactMap { $0.number("shots") }).sorted()
    guard shots.count > 1 else { return nil }
    let zeroShot = Set(measured.compactMap(\.zeroShot))
    return LineChart(
      title: "Accuracy against training images of each class",
      summary: "One point for each number of shots; seeds at the "
        + "same number of shots are points of the same line.",
      x: Axis("training images of each class", scale: .logarithmic, ticks: shots),
      y: Axis("accuracy", notation: .percent),
      series: ways.sorted { $0.key < $1.key }.map { name, rows in
        .init(name, rows.map { .init($0.number("shots") ?? .nan, $0.accuracy ?? .nan) })
      }, levels: zeroShot.count == 1 ? zeroShot.map { .init("zero-shot CLIP", $0) } : [])
  }
}
