import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

// Tables in the layout of papers, and in full precision.

extension TransferDocument {
  /// The document with its tables, as tables and data.
  package var results: Results {
    Results(
      json: json, tables: resultTables + curves.map(\.table) + [overview].notesOnEqualSeeds + warnings.tables,
      csv: fullPrecision)
  }

  /// The overview, and for each target its table and the differences on it.
  package var resultTables: [Table] {
    [overview]
      + corruptionTables + publishedTables
      + targets.filter { !$0.isCorrupted }.flatMap { target in
        [table(target)] + [comparisons(target), groupTable(target)].compactMap(\.self)
      }
  }

  /// The source and the targets, a row for each learned prompt, each classifier and the two zero-shot baselines; other
  /// templates are in the files.
  package var overview: Table {
    let shown = targets.filter { !$0.isCorrupted }
    var table = Table(
      title: "Accuracy in %, mean ± standard deviation over seeds",
      columns: [.text(""), .number("\(source.name) (\(source.classCount) classes)")]
        + shown.map { .number("\($0.name) (\($0.classNames.count) classes)") }
        + (shown.count > 1 ? [.number("target average")] : []))
    for (index, result) in source.results.enumerated() where result.kind != .template {
      let accuracies = shown.compactMap { $0.results.indices.contains(index) ? $0.results[index] : nil }
        .map(\.targetAccuracies)
      let means = (accuracies.first ?? []).indices.map { run in
        accuracies.reduce(0) { $0 + $1[run] } / Double(accuracies.count)
      }
      table.append(
        [result.name, result.accuracy.percentages] + accuracies.map(cell) + (shown.count > 1 ? [cell(means)] : []))
    }
    return table
  }

  private func cell(_ values: [Double]) -> String { (try? SeedSummary(values))?.percentages ?? "" }

  /// For each line through published models, the accuracy that it predicts for each candidate, and what goes beyond.
  package var publishedTables: [Table] {
    published.map { comparison in
      let line = comparison.line
      var table = Table(
        title:
          "\(comparison.target) beside \(line.count) models of \(line.models.rawValue) (\(PublishedLine.date), R² "
          + "\(line.determination.formatted(decimals: 2))), in %; source accuracy among \(line.usesSharedClasses ? "the shared" : "all") classes",
        columns: [.text(""), .number("predicted"), .number("eff. robustness")])
      for (result, shown) in zip(comparison.results, source.results) where shown.kind != .template {
        table.append(
          result.name, (result.expected * 100).formatted(decimals: 2),
          (result.effectiveRobustness * 100).formatted(decimals: 2))
      }
      return table
    }
  }

  /// Returns the table of each candidate's accuracy by groups of the target's images; nil where they aren't grouped.
  package func groupTable(_ target: Target) -> Table? {
    guard let names = target.results.first?.groups?.groups.map({ "\($0.name) (\($0.count))" }) else { return nil }
    var table = Table(
      title: "Groups of \(target.name), accuracy in % (images)",
      columns: [.text("")] + names.map { .number($0) } + [
        .text("worst group"), .number("corrected"), .text("95 % interval"), .number("gap"),
      ])
    for result in target.results where result.kind != .template {
      guard let groups = result.groups else { continue }
      func percent(_ share: Double) -> String { (share * 100).formatted(decimals: 2) }
      let interval = groups.worst.interval
      table.append(
        [result.name] + groups.groups.map { percent($0.accuracy) } + [
          groups.worst.name, percent(groups.worst.corrected),
          "\(percent(interval.lowerBound)) to \(percent(interval.upperBound))", percent(groups.gap),
        ])
    }
    return table
  }

  /// Returns the table that a paper has of one target, in percentage points.
  package func table(_ target: Target) -> Table {
    let count = target.classNames.count
    var title =
      "\(source.name) to \(target.name): \(count) classes on both, "
      + "\(target.sourceImageCount) and \(target.targetImageCount.counting("image"))"
    if target.leftOutClasses > 0 {
      title +=
        "; omitted: \(target.leftOutClasses.counting("target class", plural: "target classes")) with "
        + target.leftOutImages.counting("image")
    }
    var table = Table(
      title: title,
      columns: [
        .text(""), .number("source"), .number("target"), .number("drop"), .number("relative %"), .number("gain"),
        .number("ratio"), .number("eff. robustness"), .number("ECE source"), .number("ECE target"),
        .text("gain's 95 % interval"), .number("p"), .text("McNemar p"),
      ])
    for result in target.results where result.kind != .template {
      func points(_ measure: TransferMeasure) -> String { result.measures[measure]?.percentages ?? "" }
      let isReference = result.kind == .zeroShot
      let ratio = result.measures[.transferRatio].map { $0.mean.formatted(decimals: 2) } ?? ""
      let gain = result.againstZeroShot
      table.append(
        result.name, points(.sourceAccuracy), points(.targetAccuracy), points(.absoluteDrop), points(.relativeDrop),
        isReference ? "" : points(.targetGain), isReference ? "" : ratio, points(.effectiveRobustness),
        points(.sourceCalibrationError), points(.targetCalibrationError), gain?.difference.intervalInPoints ?? "",
        gain.map { $0.difference.p.probabilityCell } ?? "", Self.text(gain?.tests.map(\.exactP) ?? []))
    }
    return table
  }

  /// Returns the table of prompts and classifiers against each other on one target; nil when there is only one.
  package func comparisons(_ target: Target) -> Table? {
    guard !target.comparisons.isEmpty else { return nil }
    var table = Table(
      title:
        "Differences on \(target.name) in points, \(target.classNames.count) classes, paired bootstrap over "
        + target.targetImageCount.counting("image"),
      columns: [
        .text(""), .text("minus"), .number("difference"), .text("95 % interval"), .number("p"),
        .text("McNemar p"),
      ])
    for comparison in target.comparisons {
      let difference = comparison.difference
      table.append(
        comparison.first, comparison.second, (difference.difference * 100).formatted(decimals: 2),
        difference.intervalInPoints, difference.p.probabilityCell, Self.text(comparison.exactPs))
    }
    return table
  }

  /// Returns the p values of the tests, one for each run, as text.
  private static func text(_ exactPs: [Double]) -> String {
    exactPs.map { $0 < 0.0005 ? "<0.001" : $0.formatted(decimals: 3) }.joined(separator: " ")
  }

  /// The table of every candidate on every target, in full precision.
  package var fullPrecision: Table {
    let measures: [Table.Column] = TransferMeasure.allCases.flatMap { SeedSummary.headings($0.rawValue) }
      .map { .number($0) }
    let first: [Table.Column] = [
      .text("name"), .text("kind"), .text("seeds"), .text("source"), .text("target"), .number("class_count"),
      .number("source_n"), .number("target_n"),
    ]
    let last: [Table.Column] = [
      .number("gain_low"), .number("gain_high"), .number("bootstrap_p"), .text("mcnemar_p"),
    ]
    var table = Table(columns: first + measures + last)
    for target in targets {
      for result in target.results { table.append(cells(result, target)) }
    }
    return table
  }

  private func cells(_ result: TargetResult, _ target: Target) -> [String] {
    let first = [
      result.name, result.kind.rawValue, result.seeds.map { "\($0)" }.joined(separator: " "), source.data, target.data,
      "\(target.classNames.count)", "\(target.sourceImageCount)", "\(target.targetImageCount)",
    ]
    let measures = TransferMeasure.allCases.flatMap { result.measures[$0]?.cells ?? ["", "", "", ""] }
    let gain = result.againstZeroShot
    return first + measures + (gain?.difference.cells ?? ["", "", ""])
      + [(gain?.tests ?? []).map { "\($0.exactP)" }.joined(separator: " ")]
  }
}

extension PairedDifference {
  /// The interval in percentage points: `1.20 to 3.40`.
  package var intervalInPoints: String {
    "\((interval.lowerBound * 100).formatted(decimals: 2)) to \((interval.upperBound * 100).formatted(decimals: 2))"
  }

  /// The interval's bounds and p as cells in full precision.
  package var cells: [String] { ["\(interval.lowerBound)", "\(interval.upperBound)", "\(p)"] }
}
