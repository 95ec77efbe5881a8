import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension CalibrationResult {
  /// The section of a report.
  package var section: Report.Section {
    Report.Section(
      "Calibration",
      blocks: sentences.map { .text($0) } + results.tables.map { .table($0) }
        + [.table(results.csv, name: "calibration"), .charts(charts)],
      doubts: ["the temperature fits these images; it may not fit others, especially those of other domains."])
  }

  /// Writes the tables, the reliability diagrams, the section and, where its classes are fixed, the classifier with its
  /// temperature.
  ///
  /// - Throws: `FileError` when one cannot be written.
  package func write(to files: ResultFiles) throws {
    try files.begin()
    try file?.write(to: "\(files.folder)/\(StoredClassifier.fileName)")
    try files.write(section, name: "calibration")
    try files.write(results, name: "calibration")
    try files.finish()
  }

  private var charts: [Report.Figure] {
    sets.enumerated().map { index, set in
      Report.Figure(Self.reliability(set), name: "reliability-\(index + 1)")
    }
  }

  /// The accuracy against the confidence of each bin, with the number of images of each in the summary.
  private static func reliability(_ set: Set) -> LineChart {
    func points(_ metrics: CalibrationMetrics) -> [LineChart.Point] {
      metrics.bins.compactMap { bin in
        guard let confidence = bin.confidence, let accuracy = bin.accuracy else { return nil }
        return LineChart.Point(confidence, accuracy)
      }
    }
    func counts(_ metrics: CalibrationMetrics) -> String {
      metrics.bins.filter { $0.count > 0 }.map { "\($0.count)" }.joined(separator: ", ")
    }
    let last = set.distanceAware ?? set.after
    return LineChart(
      title: "Reliability, \(set.name)",
      summary: "Accuracy against mean confidence in bins of a fifteenth. Images in each bin with images, the lowest "
        + "confidence first: before \(counts(set.before)); after \(counts(last)).",
      x: Axis("confidence", notation: .percent, range: 0...1), y: Axis("accuracy", notation: .percent, range: 0...1),
      series: [
        LineChart.Series("before", points(set.before)), LineChart.Series("after", points(last)),
        LineChart.Series("perfect", [LineChart.Point(0, 0), LineChart.Point(1, 1)]),
      ])
  }
}
