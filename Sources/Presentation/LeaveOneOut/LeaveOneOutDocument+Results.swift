import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension LeaveOneOutDocument {
  /// The document as tables and data.
  package var results: Results { Results(json: json, tables: [table] + [table].notesOnEqualSeeds, csv: fullPrecision) }

  /// The table that papers print: a column for each domain that was left out, and their average.
  private var table: Table {
    var table = Table(
      title: "Accuracy in % on the domain that was left out, \(classCount.counting("class", plural: "classes")), "
        + (seeds.count > 1
          ? "mean ± standard deviation over \(seeds.count.counting("seed"))" : "seed \(seeds.first ?? 0)"),
      columns: [.text("")] + domains.map { .number($0.name) } + [
        .number("Avg"), .number("worst"), .text("gain over zero-shot, 95 % interval"),
      ])
    for learner in learners {
      let gain = learner.gain.map { "\(($0.difference * 100).formatted(decimals: 2)) (\($0.intervalInPoints))" }
      table.append(
        [learner.name] + learner.accuracies.map(\.percentages) + [
          learner.average.percentages, (learner.worst * 100).formatted(decimals: 2), gain ?? "",
        ])
    }
    return table
  }

  private var fullPrecision: Table {
    var table = Table(
      columns: [.text("learner"), .text("domain")] + SeedSummary.headings("accuracy").map { .number($0) })
    for learner in learners {
      for (domain, accuracy) in zip(domains, learner.accuracies) {
        table.append([learner.name, domain.name] + accuracy.cells)
      }
      table.append([learner.name, "average"] + learner.average.cells)
    }
    return table
  }

  /// A sentence for each learner.
  package var findings: [String] {
    let images = domains.reduce(0) { $0 + $1.count }
    return learners.compactMap { learner in
      guard let gain = learner.gain else { return nil }
      let (low, high) = (gain.interval.lowerBound, gain.interval.upperBound)
      let verdict =
        low > 0 ? "is better than" : high < 0 ? "is worse than" : "does not differ significantly from"
      func points(_ value: Double) -> String { (value * 100).formatted(decimals: 1) }
      return
        "\(learner.name) \(verdict) zero-shot CLIP on domains that it did not learn from (\(points(gain.difference)) points, "
        + "95 % CI \(points(low)) to \(points(high)), paired bootstrap, n = \(images))."
    }
  }

  /// The section of a report.
  package var section: Report.Section {
    Report.Section(
      "Domains left out", findings: findings.map { Report.Finding($0, evidence: "leave-one-out.json") },
      blocks: [.table(table), .table(fullPrecision, name: "leave-one-out")] + (remarks.block.map { [$0] } ?? []),
      doubts: ["a data set has few domains; a gain on these may not carry over to others."])
  }

  /// Writes the tables, the data and the section.
  ///
  /// - Throws: `FileError` when a file cannot be written.
  package func write(to files: ResultFiles) throws {
    try files.write(results, name: "leave-one-out")
    try files.write(section, name: "leave-one-out")
    try files.finish()
  }
}
