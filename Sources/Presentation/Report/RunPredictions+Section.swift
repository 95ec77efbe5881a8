import PromptLensDrawing
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting

extension RunPredictions {
  /// The maximum number of classes in a drawn confusion matrix; with more, the cells would be too small.
  private static let confusionLimit = 60

  /// Returns the finding on the changed predictions and their significance.
  ///
  /// - Parameter name: The name of the run.
  /// - Returns: The finding.
  /// - Throws: `EvaluationError` when there aren't any images.
  func finding(of name: String) throws -> Report.Finding {
    let flips = flips
    let bootstrap = try PairedBootstrap(
      differences: labels.indices.map { image in
        (learned[image] == labels[image] ? 1 : 0) - (zeroShot[image] == labels[image] ? 1 : 0)
      })
    let total = Double(max(labels.count, 1))
    let accuracy = Double(flips.bothRight + flips.gained.count) / total
    let before = Double(flips.bothRight + flips.lost.count) / total
    let verdict = flips.test.exactP < 0.05 ? "" : ", not statistically significant on these images"
    let probability = flips.test.exactP < 1e-4 ? "p < 0.0001" : "p = \(flips.test.exactP.formatted(decimals: 4))"
    return Report.Finding(
      "\(name): the learned prompt's accuracy is \(accuracy.percentage) on \(labels.count.grouped) test images, that of "
        + "\"\(template)\" \(before.percentage): \(Self.points(bootstrap.difference)) points (95 % interval over images "
        + "\(Self.points(bootstrap.interval.lowerBound)) to \(Self.points(bootstrap.interval.upperBound)); McNemar's "
        + "\(probability))\(verdict). From wrong to right: \(flips.gained.count.grouped); from right to wrong: "
        + "\(flips.lost.count.grouped).",
      evidence: "run \(name), test images")
  }

  /// Returns the verdict on the learned prompt.
  ///
  /// - Parameters:
  ///   - method: The method with its settings.
  ///   - data: The data set.
  /// - Returns: The verdict.
  /// - Throws: `EvaluationError` when there aren't any images.
  func verdict(method: String, data: String) throws -> Report.Verdict {
    let flips = flips
    let bootstrap = try PairedBootstrap(
      differences: labels.indices.map { image in
        (learned[image] == labels[image] ? 1 : 0) - (zeroShot[image] == labels[image] ? 1 : 0)
      })
    let total = Double(max(labels.count, 1))
    return Report.Verdict(
      method: method, data: data, accuracy: Double(flips.bothRight + flips.gained.count) / total,
      zeroShot: Double(flips.bothRight + flips.lost.count) / total, gain: bootstrap.interval, images: labels.count,
      p: flips.test.exactP, test: "McNemar's test")
  }

  /// Returns the content of a run's section on its predictions: the classes' changes, their confusion, and the
  /// images with changed predictions.
  ///
  /// - Parameter name: The name of the run.
  /// - Returns: The blocks.
  /// - Throws: `EvaluationError` when there aren't any images.
  func blocks(of name: String) throws -> [Report.Block] {
    let changes = try classChanges()
    let metrics = try learnedMetrics()
    var charts: [any Chart] = [Self.chart(of: changes, name: name)]
    if classNames.count <= Self.confusionLimit { charts.append(confusionChart(metrics, name: name)) }
    var blocks: [Report.Block] = [.charts(charts.map { Report.Figure($0) }), .table(Self.table(of: changes))]
    if let confused = MetricsResults(metrics: metrics, classNames: classNames).confusedTable(10) {
      blocks.append(.table(confused))
    }
    return blocks
  }

  /// Returns the pictures that were predicted wrongly before learning, after it, or both.
  ///
  /// - Parameter overlays: The pictures to show beside an image.
  /// - Returns: The blocks.
  func galleries(overlays: (Int) -> [Report.Overlay]) -> [Report.Block] {
    mistakes.map { pictures($0.title, $0.images, overlays) }
  }

  /// The images that were predicted wrongly before learning, after it, or both.
  var mistakes: [(title: String, images: [Int])] {
    let flips = flips
    let wrong = labels.indices.filter { learned[$0] != labels[$0] && zeroShot[$0] != labels[$0] }
    return [
      ("From wrong to right", flips.gained), ("From right to wrong", flips.lost), ("Wrong before and after", wrong),
    ]
  }

  private static func points(_ difference: Double) -> String {
    "\(difference > 0 ? "+" : "")\((difference * 100).formatted(decimals: 2))"
  }

  private static func table(of changes: [ClassChange]) -> Table {
    var table = Table(
      title: "Accuracy by class",
      columns: [.text("class"), .number("images"), .number("zero-shot"), .number("learned"), .number("change, points")])
    for change in changes {
      table.append(
        change.name, "\(change.total)", change.zeroShot.percentage, change.learned.percentage, points(change.change))
    }
    return table
  }

  /// Returns a chart of the classes that gain and lose most.
  private static func chart(of changes: [ClassChange], name: String) -> BarChart {
    let sorted = changes.sorted { ($0.change, $1.name) > ($1.change, $0.name) }
    let shown = sorted.count > 20 ? Array(sorted.prefix(10)) + sorted.suffix(10) : sorted
    return BarChart(
      title: sorted.count > 20 ? "The ten classes that gain and lose most" : "Change of accuracy by class",
      summary: "Accuracy of \(name) minus zero-shot accuracy, for each class.",
      axis: Axis("change of accuracy, percentage points", notation: .points),
      bars: shown.map { .init($0.name, $0.change) }, signs: ("better than zero-shot", "worse"))
  }

  private func confusionChart(_ metrics: ClassificationMetrics, name: String) -> HeatMap {
    HeatMap(
      title: "Confusion matrix of the learned prompt",
      summary: "For each class, the share of its test images that \(name) assigns to each class.",
      rows: ("class", classNames), columns: ("predicted", classNames),
      values: metrics.confusionMatrix.enumerated().map { label, row in
        row.map { Double($0) / Double(metrics.total(of: label)) }
      }, measure: Axis("% of the class's images", notation: .percent, range: 0...1))
  }

  private func pictures(_ title: String, _ images: [Int], _ overlays: (Int) -> [Report.Overlay]) -> Report.Block {
    .pictures(
      title: "\(title): \(images.count.grouped) of \(labels.count.counting("image")) (class: before → after)",
      images.map { image in
        Report.Picture(
          path: paths[image],
          caption: "\(classNames[labels[image]]): \(classNames[zeroShot[image]]) → \(classNames[learned[image]])",
          overlays: overlays(image))
      })
  }
}
