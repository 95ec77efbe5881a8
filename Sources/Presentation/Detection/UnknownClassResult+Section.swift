import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension UnknownClassResult {
  /// The section of a report.
  package var section: Report.Section {
    Report.Section(
      "Unknown classes",
      blocks: [.text(sentence)] + results.tables.map { .table($0) }
        + [.table(results.csv, name: "unknown-classes"), .charts(charts)],
      doubts: [
        "thresholds are those of these images; other unknown classes may lie nearer to the known ones."
      ])
  }

  /// Writes the tables, the charts, the section and, where its classes are fixed, the classifier with its threshold.
  ///
  /// - Throws: `FileError` when one cannot be written.
  package func write(to files: ResultFiles) throws {
    try files.begin()
    try file?.write(to: "\(files.folder)/\(StoredClassifier.fileName)")
    try files.write(section, name: "ood")
    try files.write(results, name: "ood")
    try files.finish()
  }

  private var charts: [Report.Figure] {
    sets.indices.flatMap { set -> [Report.Figure] in
      let suffix = sets.count > 1 ? "-\(set + 1)" : ""
      return [
        Report.Figure(characteristic(set), name: "roc\(suffix)"),
        Report.Figure(histogram(set), name: "histogram\(suffix)"),
      ]
    }
  }

  private func characteristic(_ set: Int) -> LineChart {
    LineChart(
      title: "Receiver operating characteristic, \(sets[set].name)",
      summary: "The share of known images against that of unknown images above each threshold, by score.",
      x: Axis("unknown images above the threshold", notation: .percent, range: 0...1),
      y: Axis("known images above it", notation: .percent, range: 0...1),
      series: scores.map { score in
        LineChart.Series(
          score.score.title,
          score.rankings[set].curve().map { LineChart.Point($0.falsePositives, $0.truePositives) })
      })
  }

  /// The number of bars of a histogram.
  private static let bins = 30

  private func histogram(_ set: Int) -> LineChart {
    let best = scores.max { $0.rankings[set].metrics.areaUnderROC < $1.rankings[set].metrics.areaUnderROC }
    let (known, others) = (best?.known ?? [], best?.others[set] ?? [])
    let all = known + others
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let width = max(high - low, .leastNormalMagnitude) / Double(Self.bins)
    func shares(_ values: [Double]) -> [LineChart.Point] {
      var counts = [Int](repeating: 0, count: Self.bins)
      for value in values { counts[min(Int((value - low) / width), Self.bins - 1)] += 1 }
      return counts.enumerated().map {
        LineChart.Point(low + (Double($0.offset) + 0.5) * width, Double($0.element) / Double(max(values.count, 1)))
      }
    }
    return LineChart(
      title: "\(best?.score.title ?? ""), \(sets[set].name)",
      summary: "The share of images by their score, known and unknown ones apart.",
      x: Axis("score"), y: Axis("share of images", notation: .percent),
      series: [LineChart.Series("known", shares(known)), LineChart.Series("unknown", shares(others))])
  }
}
