import Foundation
import PromptLensExperiments
import PromptLensReporting

extension ProbeResult {
  /// Returns the measures in every output format.
  ///
  /// - Parameter confusions: the number of most confused pairs of classes to list.
  /// - Returns: the measures.
  package func results(confusions: Int) -> Results {
    let found = metrics.map { MetricsResults(metrics: $0, classNames: classNames) }
    var tables = [summaryTable]
    if let groups { tables.append(groups.table) }
    if !targets.isEmpty { tables.append(targetTable) }
    for target in targets {
      guard let table = target.groups?.table else { continue }
      tables.append(table.titled("Groups of \(target.name)"))
    }
    if let confused = found?.confusedTable(confusions) { tables.append(confused) }
    return Results(json: json, tables: tables, csv: found?.classTable ?? summaryTable)
  }

  private var summaryTable: Table {
    var table = Table(columns: [.text("probe"), .text("")])
    table.append("method", method)
    table.append("training images", "\(data): \(trainImages.grouped)")
    remarks.append(to: &table)
    for warning in warnings { table.append("warning", warning) }
    for choice in choices {
      let origin =
        selectionImages > 0
        ? "chosen on \(selectionImages.counting("validation image"))"
        : given.inverseRegularization == nil ? "default" : "given"
      table.append(choice.name, "\(String(format: "%.4g", choice.value)) (\(origin))")
    }
    let measures = metrics.map { MetricsResults(metrics: $0, classNames: classNames).summary }
    for (name, value) in measures ?? [("accuracy", "no test images")] { table.append(name, value) }
    for (name, value) in groups?.summary ?? [] { table.append(name, value) }
    if let zeroShotAccuracy { table.append("zero-shot accuracy", zeroShotAccuracy.percentage) }
    return table
  }

  private var targetTable: Table {
    Table(
      title: "Targets",
      columns: [
        .text("target"), .number("images"), .number("classes"), .number("accuracy"), .number("per class"),
        .number("ECE"), .number("zero-shot"),
      ],
      rows: targets.map { target in
        let metrics = target.metrics
        return [
          target.name, "\(metrics.total)", "\(metrics.classCount)", metrics.accuracy.percentage,
          metrics.meanPerClassAccuracy.percentage, metrics.probabilities?.expectedCalibrationError.percentage ?? "",
          target.zeroShotAccuracy?.percentage ?? "",
        ]
      })
  }
}
