import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension BaseToNewDocument {
  /// The document with its table, for display and as data.
  package var results: Results {
    Results(json: json, tables: [table] + [table].notesOnEqualSeeds + warnings.tables, csv: fullPrecision)
  }

  /// Returns the results together with those on other data sets, as members and tables of one.
  package func results(with cross: CrossDatasetDocument?) -> Results {
    guard let cross, case .object(var members) = json else { return results }
    for (name, value) in cross.encode() { members[name] = value }
    let warnings = warnings + cross.warnings
    members["warnings"] = .array(warnings.map(\.json))
    ImageRemarks.joined([remarks, cross.remarks]).write(to: &members)
    return Results(
      json: .object(members), tables: [table, cross.table] + [table, cross.table].notesOnEqualSeeds + warnings.tables,
      csv: fullPrecision)
  }

  /// The table of accuracies: a row for each data set and method, with zero-shot CLIP first.
  ///
  /// With several data sets, their averages follow, where H is the harmonic mean of the averages, as in papers.
  package var table: Table {
    var table = Table(
      title: "Base-to-new: accuracy in %, mean ± standard deviation over seeds; H is the harmonic mean",
      columns: [.text("data"), .text("method"), .number("base"), .number("new"), .number("H")])
    var averages: [(name: String, base: [Double], new: [Double])] = []
    func average(_ name: String, _ base: Double, _ new: Double) {
      if let index = averages.firstIndex(where: { $0.name == name }) {
        averages[index].base.append(base)
        averages[index].new.append(new)
      } else {
        averages.append((name, [base], [new]))
      }
    }
    for set in sets {
      let words = set.zeroShot
      table.append(
        "\(set.name) (\(set.classCounts.base) + \(set.classCounts.new) classes)", TransferCandidate.zeroShotName,
        points(words.base), points(words.new), points(words.harmonicMean))
      average(TransferCandidate.zeroShotName, words.base, words.new)
      for method in set.methods {
        table.append(
          "", method.name, method.accuracies.base.percentages, method.accuracies.new.percentages,
          method.harmonicMean.percentages)
        average(method.name, method.accuracies.base.mean, method.accuracies.new.mean)
      }
    }
    if sets.count > 1 {
      for (index, row) in averages.enumerated() {
        let mean = BaseToNewAccuracy(
          base: row.base.reduce(0, +) / Double(row.base.count), new: row.new.reduce(0, +) / Double(row.new.count))
        table.append(
          index == 0 ? "average" : "", row.name, points(mean.base), points(mean.new), points(mean.harmonicMean))
      }
    }
    return table
  }

  private func points(_ fraction: Double) -> String { (fraction * 100).formatted(decimals: 2) }

  /// The table of every method of every data set in full precision.
  package var fullPrecision: Table {
    let first: [Table.Column] = [
      .text("data"), .text("method"), .text("seeds"), .number("base_class_count"), .number("new_class_count"),
      .number("base_n"),
      .number("new_n"),
    ]
    let pooled: [Table.Column] = ["base_accuracy", "new_accuracy", "harmonic_mean"].flatMap { SeedSummary.headings($0) }
      .map { .number($0) }
    var table = Table(
      columns: first + pooled + [.number("new_gain_low"), .number("new_gain_high"), .number("new_bootstrap_p")])
    for set in sets {
      let sizes = [set.classCounts.base, set.classCounts.new, set.imageCounts.base, set.imageCounts.new].map { "\($0)" }
      let words = [set.zeroShot.base, set.zeroShot.new, set.zeroShot.harmonicMean].flatMap { ["\($0)", "", "", ""] }
      table.append([set.data, "zero-shot", ""] + sizes + words + ["", "", ""])
      for method in set.methods {
        let summaries = [method.accuracies.base, method.accuracies.new, method.harmonicMean]
        table.append(
          [set.data, method.name, method.seeds.map { "\($0)" }.joined(separator: " ")] + sizes
            + summaries.flatMap(\.cells) + method.gains.new.difference.cells)
      }
    }
    return table
  }
}
