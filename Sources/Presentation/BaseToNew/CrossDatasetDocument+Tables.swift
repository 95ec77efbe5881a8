import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension CrossDatasetDocument {
  /// The document with its table, for display and as data.
  package var results: Results {
    Results(json: json, tables: [table] + [table].notesOnEqualSeeds + warnings.tables, csv: fullPrecision)
  }

  /// A row for zero-shot CLIP and each method, a column for the source and each target.
  package var table: Table {
    var table = Table(
      title:
        "Cross-data-set: prompts of all classes of \(domains.first?.name ?? "the source"), accuracy in %, mean ± standard "
        + "deviation",
      columns: [.text("method")] + domains.map { .number("\($0.name) (\($0.classCount) classes)") }
        + [.number("target average")])
    func row(_ name: String, _ summaries: [SeedSummary], _ accuracies: [[Double]]) {
      let means = (accuracies.first ?? []).indices.map { run in
        accuracies.dropFirst().reduce(0) { $0 + $1[run] } / Double(accuracies.count - 1)
      }
      table.append([name] + summaries.map(\.percentages) + [(try? SeedSummary(means))?.percentages ?? ""])
    }
    let words = domains.map(\.zeroShotAccuracy)
    row(
      TransferCandidate.zeroShotName, words.map { SeedSummary(count: 1, mean: $0, standardDeviation: nil) },
      words.map { [$0] })
    for (index, method) in (domains.first?.methods ?? []).enumerated() {
      let columns = domains.map { $0.methods[index] }
      row(method.name, columns.map(\.accuracy), columns.map(\.accuracies))
    }
    return table
  }

  /// The table of every method on every data set in full precision.
  package var fullPrecision: Table {
    var table = Table(
      columns: [.text("method"), .text("seeds"), .text("data"), .number("class_count"), .number("n")]
        + SeedSummary.headings("accuracy").map { .number($0) }
        + [.number("gain_low"), .number("gain_high"), .number("bootstrap_p")])
    for domain in domains {
      let sizes = [domain.name, "\(domain.classCount)", "\(domain.imageCount)"]
      table.append(["zero-shot", ""] + sizes + ["\(domain.zeroShotAccuracy)", "", "", "", "", "", ""])
      for method in domain.methods {
        table.append(
          [method.name, method.seeds.map { "\($0)" }.joined(separator: " ")] + sizes + method.accuracy.cells
            + method.gain.difference.cells)
      }
    }
    return table
  }
}
