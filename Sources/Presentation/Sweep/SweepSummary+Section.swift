import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// The section of a report.
  package var section: Report.Section { section() }

  /// Returns the section of a report.
  ///
  /// - Parameters:
  ///   - baselines: Classifiers without prompts, for the figure over shots.
  ///   - predictions: The predictions of ``headlineRuns`` by their ids, for tests over images, as far as they are kept.
  /// - Returns: The section.
  package func section(
    baselines: [ProbeResult] = [], predictions: [String: RunPredictions] = [:]
  ) -> Report.Section {
    let figures = [shotsFigure(baselines: baselines), lengthFigure].compactMap(\.self)
    let evidence = figures.first?.name.map { ["\($0).svg", "sweep.json"] } ?? ["sweep.json"]
    return Report.Section(
      "Sweep of \(runs.count.counting("run"))", verdicts: verdicts(predictions),
      findings: sentences.map { Report.Finding($0, evidence: evidence) } + warningFinding,
      blocks: (figures.isEmpty ? [] : [.charts(figures)]) + tables.map { .table($0) }
        + (ImageRemarks.joined(runs.map(\.result.remarks)).block.map { [$0] } ?? []),
      doubts: groups.count > byData.count
        ? ["The accuracy of the best of several settings is optimistic, since it was chosen on the test images."] : [],
      subsections: [
        settingsSection,
        Report.Section(
          "All runs",
          blocks: readableRunTables.map { .table($0) } + namedWarnings.tables.map { .table($0, name: "warnings") },
          isFolded: true),
      ])
  }

  /// The finding on the runs with warnings, which a table lists; none without warnings.
  private var warningFinding: [Report.Finding] {
    namedWarnings.sentence(among: runs.count).map { [Report.Finding($0, evidence: "warnings.csv")] } ?? []
  }

  /// The warnings under the names of their runs.
  var namedWarnings: [RunWarning] {
    let names = names
    return runs.flatMap { $0.result.warnings(of: names($0.id), names: dataNames) }
  }

  // MARK: - Sentences

  /// The sentences on the settings with the highest accuracies, for each data set, and on all settings beside zero-shot
  /// CLIP.
  private var sentences: [String] {
    let parts = byData
    let average = average(of: parts)
    return (average.map { [$0.sentence] } ?? []) + parts.compactMap { bestSentence($0.data, $0.groups) }
      + [zeroShotSentence].compactMap(\.self)
  }

  /// Returns a sentence on the cell of a data set with the highest mean accuracy; `nil` without test images.
  private func bestSentence(_ data: String, _ groups: [RunGroup]) -> String? {
    let cells = groups.compactMap { group in pooled(\.accuracy, in: group).map { (group: group, accuracy: $0) } }
    guard let best = cells.max(by: { $0.accuracy.mean < $1.accuracy.mean }) else { return nil }
    let shots = Self.shots(best.group).map { Int($0).counting("shot") } ?? "all images"
    let zeroShot = pooled(\.zeroShotAccuracy, in: best.group).map { "; zero-shot CLIP has \($0.mean.percentage)." }
    let method = best.group.text("method").isEmpty ? "one" : best.group.text("method")
    let others = apart.filter { $0 != "shots" && $0 != "method" }
    let settings = others.isEmpty ? method : best.group.name(others)
    return "Of \(cells.count.counting("setting")) \(settings) with \(shots) on \(data) has the highest accuracy, "
      + "\(best.accuracy.mean.percentage) on average over seeds" + (zeroShot ?? ".")
  }

  /// A sentence on how many settings are more accurate than zero-shot CLIP; `nil` for a single one.
  private var zeroShotSentence: String? {
    let gains = groups.compactMap { group -> Double? in
      guard let accuracy = pooled(\.accuracy, in: group), let zeroShot = pooled(\.zeroShotAccuracy, in: group) else {
        return nil
      }
      return accuracy.mean - zeroShot.mean
    }
    guard gains.count > 1, let low = gains.min(), let high = gains.max() else { return nil }
    let better = gains.count { $0 > 0 }
    return
      "\(better) of \(gains.count) settings \(better == 1 ? "has" : "have") a higher mean accuracy than zero-shot CLIP; the "
      + "differences are \(low.signedPoints) to \(high.signedPoints) points."
  }

  // MARK: - Settings

  /// The settings that all runs have in common, and the values of the others.
  var settingsSection: Report.Section {
    let varied = RunGroup.differing(groups, in: columns)
    var facts: [(name: String, value: String)] = varied.map { name in
      let values = groups.map { $0.text(name) }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      let shown = values.map { $0.isEmpty ? "none" : name == "data" ? dataNames($0) : $0 }
      return (name, shown.joined(separator: ", "))
    }
    let seeds = Set(groups.flatMap(\.seeds)).sorted()
    if !seeds.isEmpty { facts.append(("seed", seeds.map { "\($0)" }.joined(separator: ", "))) }
    let common = columns.filter { !varied.contains($0) }.compactMap { name -> (name: String, value: String)? in
      let text = groups.first?.text(name) ?? ""
      return text.isEmpty ? nil : (name, name == "data" ? dataNames(text) : text)
    }
    return Report.Section("Settings", blocks: [.facts(facts + common)], isFolded: true)
  }

  // MARK: - Runs

  /// A table of the runs of each data set, under names and in few digits, since accuracies of different classes don't
  /// belong in one list.
  private var readableRunTables: [Table] {
    let names = names
    let shown = RunGroup.differing(groups, in: columns).filter { $0 != "data" }
    return byData.map { data, groups in
      var table = Table(
        title: "Runs on \(data)",
        columns: [.text("run")] + shown.map { .text($0.replacing("_", with: " ")) } + [
          .number("seed"), .number("accuracy, %"), .number("zero-shot, %"), .number("ECE, %"), .number("warnings"),
        ])
      for group in groups {
        for member in group.members {
          let run = runs[member.index]
          let measures = [\RunResult.accuracy, \.zeroShotAccuracy, \.expectedCalibrationError].map {
            run.result[keyPath: $0].map { ($0 * 100).formatted(decimals: 2) } ?? ""
          }
          table.append(
            [names(run.id)] + shown.map { group.text($0) } + [member.seed.map { "\($0)" } ?? ""] + measures
              + ["\(run.result.warnings.count)"])
        }
      }
      return table
    }
  }
}
