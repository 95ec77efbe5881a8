import Foundation
import PromptLensExperiments
import PromptLensReporting

extension FitResult {
  /// The measures in every output format.
  package var results: Results {
    var summary = Table(title: sentence, columns: [.text("fit"), .text("")])
    summary.append("kept", Self.title(method))
    if let reason { summary.append("reason", reason) }
    for choice in choices { summary.append(choice.name, String(format: "%.4g", choice.value)) }
    summary.append("temperature", String(format: "%.3g", temperature))
    summary.append("learned from", "\(data): \(trainImages.counting("photograph"))")
    remarks.append(to: &summary)
    let measures = MetricsResults(metrics: metrics, classNames: classNames)
    for (name, value) in measures.summary { summary.append(name, value) }
    summary.append("zero-shot accuracy", zeroShotAccuracy.percentage)
    for warning in warnings { summary.append("warning", warning) }
    return Results(
      json: json, tables: [summary, candidateTable, measures.readableClassTable] + confused(5),
      csv: measures.classTable)
  }

  private func confused(_ limit: Int) -> [Table] {
    MetricsResults(metrics: metrics, classNames: classNames).confusedTable(limit).map { [$0] } ?? []
  }

  /// The compared methods.
  private var candidateTable: Table {
    var table = Table(
      title: "\(folds)-fold cross-validation",
      columns: [
        .text("method"), .number("accuracy"), .number("standard error"), .number("p"), .number("seconds"), .text(""),
      ])
    for candidate in candidates {
      table.append(
        Self.title(candidate.method), candidate.accuracy?.percentage ?? "",
        candidate.standardError.map { ($0 * 100).formatted(decimals: 2) } ?? "",
        candidate.p.map { $0 < 0.0001 ? "<0.0001" : $0.formatted(decimals: 4) } ?? "",
        candidate.seconds?.formatted(decimals: 1) ?? "",
        candidate.method == method ? "kept" : candidate.leftOut.map { "left out: \($0)" } ?? "")
      if candidate.method == method { table.emphasizeLastRow() }
    }
    return table
  }

  /// The section of a report.
  package var section: Report.Section {
    let measures = MetricsResults(metrics: metrics, classNames: classNames)
    var facts: [(name: String, value: String)] = [
      ("kept", Self.title(method)), ("held out", metrics.total.counting("photograph")),
      ("learned from", trainImages.counting("photograph")), ("classes", "\(classNames.count)"),
      ("temperature", String(format: "%.3g", temperature)), ("seed", "\(seed)"),
      ("seconds", seconds.formatted(decimals: 1)), ("model", model), ("prompts", templates.joined(separator: " | ")),
    ]
    facts += choices.map { ($0.name, String(format: "%.4g", $0.value)) }
    var blocks: [Report.Block] = [.facts(facts), .table(candidateTable)]
    if classNames.count <= 60 { blocks.append(.charts([.init(confusionChart)])) }
    blocks.append(.table(measures.readableClassTable))
    blocks += confused(10).map { .table($0) }
    blocks.append(.list(pictureLines))
    if let remarks = remarks.block { blocks.append(remarks) }
    return Report.Section(
      "Fit",
      findings: [
        Report.Finding(sentence, evidence: "result.json"), Report.Finding(comparison, evidence: "result.json"),
      ],
      blocks: blocks,
      doubts: warnings.map { "\($0)." } + [
        "The held-out photographs are of the same folder: other cameras, places or times may be harder."
      ])
  }

  private var pictureLines: [String] {
    [
      "\(pictures.decoded.counting("picture")) can be read, \(pictures.unreadable.grouped) cannot.",
      "\(pictures.duplicates.counting("group")) of equal pictures and \(pictures.nearDuplicates.grouped) of alike ones, "
        + "\(pictures.acrossClasses.grouped) of them with different classes; each group stays on one side of every division.",
    ]
  }

  private var confusionChart: HeatMap {
    HeatMap(
      title: "Confusion matrix",
      summary: "For each class, the share of its held-out photographs that are assigned to each class.",
      rows: ("class", classNames), columns: ("predicted", classNames),
      values: metrics.confusionMatrix.enumerated().map { label, row in
        row.map { Double($0) / Double(max(metrics.total(of: label), 1)) }
      }, measure: Axis("% of the class's photographs", notation: .percent, range: 0...1))
  }
}
