import PromptLensExperiments
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

/// A study as tables in the layout of papers, as data, and as pictures.
struct TransferReport {
  let study: TransferStudy
  let model: OpenedModel
  let runs: TransferRuns

  // MARK: - Tables

  /// Source and targets, a row for each learned prompt, each classifier and the two zero-shot baselines; other templates
  /// are in the files.
  private var overview: Table {
    let outcomes = study.outcomes
    var table = Table(
      title: "Accuracy in %, mean ± standard deviation over seeds",
      columns: [.text(""), .number("\(study.source.name) (\(study.sourceImages.classNames.count)-way)")]
        + outcomes.map { .number("\($0.pair.target.name) (\($0.pair.shared.count)-way)") }
        + (outcomes.count > 1 ? [.number("target average")] : []))
    for (place, candidate) in study.candidates.enumerated() where candidate.kind != .template {
      let targets = outcomes.map { $0.rows[place].target.map(\.accuracy) }
      let means = candidate.classifiers.indices.map { run in
        targets.reduce(0) { $0 + $1[run] } / Double(targets.count)
      }
      table.append(
        [candidate.name] + [cell(study.sourceAccuracies[place].map(\.accuracy))] + targets.map(cell)
          + (outcomes.count > 1 ? [cell(means)] : []))
    }
    return table
  }

  private func cell(_ values: [Double]) -> String { (try? SeedSummary(values))?.percentages ?? "" }

  /// What a paper says of one target, in percentage points.
  private func table(_ outcome: TransferStudy.Outcome) -> Table {
    let pair = outcome.pair
    var title =
      "\(study.source.name) to \(pair.target.name): \(pair.shared.count)-way on both, "
      + "\(pair.sourceImages.count) and \(pair.targetImages.count) images"
    if pair.leftOut.classes > 0 {
      title += "; \(pair.leftOut.classes) target classes with \(pair.leftOut.images) images are left out"
    }
    var table = Table(
      title: title,
      columns: [
        .text(""), .number("source"), .number("target"), .number("drop"), .number("relative %"), .number("gain"),
        .number("ratio"), .number("eff. robustness"), .number("ECE source"), .number("ECE target"),
        .text("gain's 95 % interval"), .number("p"), .text("McNemar p"),
      ])
    for row in outcome.rows where row.candidate.kind != .template {
      let found = Dictionary(uniqueKeysWithValues: row.summaries.map { ($0.name, $0.summary) })
      func points(_ name: String) -> String { (found[name] ?? nil)?.percentages ?? "" }
      let isReference = row.candidate.kind == .zeroShot
      let ratio = (found["transfer_ratio"] ?? nil).map { $0.mean.formatted(decimals: 2) } ?? ""
      table.append(
        row.candidate.name, points("source_accuracy"), points("target_accuracy"), points("absolute_drop"),
        points("relative_drop"), isReference ? "" : points("target_gain"), isReference ? "" : ratio,
        points("effective_robustness"), points("source_ece"), points("target_ece"),
        row.bootstrap.map { Self.points($0.interval) } ?? "", row.bootstrap.map { $0.p.formatted(decimals: 4) } ?? "",
        Self.text(row.tests))
    }
    return table
  }

  /// Prompts and classifiers against each other on one target; nil when there is only one.
  private func comparisons(_ outcome: TransferStudy.Outcome) -> Table? {
    guard !outcome.comparisons.isEmpty else { return nil }
    var table = Table(
      title:
        "Differences on \(outcome.pair.target.name) in points, \(outcome.pair.shared.count)-way, paired bootstrap over "
        + "\(outcome.pair.targetImages.count) images",
      columns: [
        .text(""), .text("minus"), .number("difference"), .text("95 % interval"), .number("p"),
        .text("McNemar p"),
      ])
    for comparison in outcome.comparisons {
      let bootstrap = comparison.bootstrap
      table.append(
        comparison.first, comparison.second, (bootstrap.difference * 100).formatted(decimals: 2),
        Self.points(bootstrap.interval), bootstrap.p.formatted(decimals: 4), Self.text(comparison.tests))
    }
    return table
  }

  /// The tests' p, one for each run.
  private static func text(_ tests: [McNemarTest]) -> String {
    tests.map { $0.exactP < 0.0005 ? "<0.001" : $0.exactP.formatted(decimals: 3) }.joined(separator: " ")
  }

  private static func points(_ interval: ClosedRange<Double>) -> String {
    "\((interval.lowerBound * 100).formatted(decimals: 2)) to \((interval.upperBound * 100).formatted(decimals: 2))"
  }

  /// What a reader should know: runs that were learned on other data than the source, and, for each target, what effective
  /// robustness is measured from.
  var notes: [String] {
    func foreign(_ path: String, learnedOn data: String?) -> String? {
      guard let data, data != study.source.dataset.name,
        (try? DataSource(data))?.portableName != study.source.source.portableName
      else { return nil }
      return "\(path): it was learned on \(data), not on \(study.source.source)"
    }
    let prompts = runs.prompts.compactMap { prompt -> String? in
      guard case .string(let data)? = prompt.run?.description.settings["data"] else { return nil }
      return foreign(prompt.run?.path ?? prompt.path, learnedOn: data)
    }
    let classifiers = runs.classifiers.stored.compactMap { foreign($0.path, learnedOn: $0.file.note("data")) }
    return prompts + classifiers + study.outcomes.map(baselineNote)
  }

  private func baselineNote(_ outcome: TransferStudy.Outcome) -> String {
    let name = outcome.pair.target.name
    guard let fit = outcome.fit else {
      return "\(name): the baselines do not differ on the source, so there is no line to be robust against"
    }
    return "\(name): effective robustness is above logit(target) = \(fit.slope.formatted(decimals: 3)) · logit(source) "
      + "+ \(fit.intercept.formatted(decimals: 3)), fitted to \(fit.count) zero-shot classifiers of this model"
      + Self.reservation(fit)
  }

  /// How much of the baselines' differences the line explains, and a warning when that is little.
  private static func reservation(_ fit: LogitLinearFit) -> String {
    guard let determination = fit.determination else { return ", which do not differ on the target" }
    let text = " (R² \(determination.formatted(decimals: 2)))"
    return determination < 0.5 ? "\(text): they hardly lie on a line, so read little into it" : text
  }

  /// Every candidate on every target, in full precision.
  private var data: Table {
    let names = study.outcomes.first?.rows.first?.summaries.map(\.name) ?? []
    let measures: [Table.Column] = names.flatMap { SeedSummary.headings($0) }.map { .number($0) }
    let first: [Table.Column] = [
      .text("name"), .text("kind"), .text("seeds"), .text("source"), .text("target"), .number("ways"),
      .number("source_n"), .number("target_n"),
    ]
    let last: [Table.Column] = [
      .number("gain_low"), .number("gain_high"), .number("bootstrap_p"), .text("mcnemar_p"),
    ]
    var table = Table(columns: first + measures + last)
    for outcome in study.outcomes {
      for row in outcome.rows { table.append(cells(row, outcome.pair)) }
    }
    return table
  }

  private func cells(_ row: TransferStudy.Row, _ pair: TransferPair) -> [String] {
    let seeds = row.candidate.seeds.map { "\($0)" }.joined(separator: " ")
    let first = [
      row.candidate.name, row.candidate.kind.rawValue, seeds, study.source.source.description,
      pair.target.source.description, "\(pair.shared.count)", "\(pair.sourceImages.count)",
      "\(pair.targetImages.count)",
    ]
    let measures = row.summaries.flatMap { $0.summary?.cells ?? ["", "", "", ""] }
    let significance = row.bootstrap.map { ["\($0.interval.lowerBound)", "\($0.interval.upperBound)", "\($0.p)"] }
    return first + measures + (significance ?? ["", "", ""])
      + [row.tests.map { "\($0.exactP)" }.joined(separator: " ")]
  }

  // MARK: - Data

  private var json: JSON {
    [
      "model_fingerprint": .string(model.folder.manifest.fingerprint),
      "runs": .array(runs.prompts.map { .string($0.path) }),
      "classifiers": .array(runs.classifiers.stored.map { .string($0.path) }),
      "source": [
        "data": .string(study.source.source.description), "n": JSON(study.sourceImages.count),
        "ways": JSON(study.sourceImages.classNames.count),
        "results": .array(
          zip(study.candidates, study.sourceAccuracies).map { candidate, accuracies in
            [
              "name": .string(candidate.name), "kind": .string(candidate.kind.rawValue),
              "accuracy": (try? SeedSummary(accuracies.map(\.accuracy)))?.json ?? .null,
              "ece": (try? SeedSummary(accuracies.map(\.calibrationError)))?.json ?? .null,
            ]
          }),
      ],
      "targets": .array(study.outcomes.map(json)),
      "selected_on": "nothing: no setting was chosen by any of these images",
    ]
  }

  private func json(_ outcome: TransferStudy.Outcome) -> JSON {
    let pair = outcome.pair
    return [
      "data": .string(pair.target.source.description), "ways": JSON(pair.shared.count),
      "source_n": JSON(pair.sourceImages.count), "target_n": JSON(pair.targetImages.count),
      "classes": .array(pair.shared.map { .string(runs.classNames[$0]) }),
      "left_out": ["target_classes": JSON(pair.leftOut.classes), "target_images": JSON(pair.leftOut.images)],
      "baseline_fit": outcome.fit.map { fit in
        [
          "slope": .number(fit.slope), "intercept": .number(fit.intercept),
          "r2": fit.determination.map { .number($0) } ?? .null,
          "baselines": .array(
            outcome.rows.filter { !$0.candidate.kind.isFitted }.map { .string($0.candidate.name) }),
        ]
      } ?? .null,
      "results": .array(outcome.rows.map { json($0, pair) }),
      "comparisons": .array(
        outcome.comparisons.map {
          [
            "first": .string($0.first), "second": .string($0.second), "difference": .number($0.bootstrap.difference),
            "low": .number($0.bootstrap.interval.lowerBound), "high": .number($0.bootstrap.interval.upperBound),
            "p": .number($0.bootstrap.p), "mcnemar_exact_p": .array($0.tests.map { .number($0.exactP) }),
          ]
        }),
    ]
  }

  private func json(_ row: TransferStudy.Row, _ pair: TransferPair) -> JSON {
    var object = JSON.Object()
    object["name"] = .string(row.candidate.name)
    object["kind"] = .string(row.candidate.kind.rawValue)
    object["seeds"] = .array(row.candidate.seeds.map { JSON($0) })
    for (name, summary) in row.summaries { object[name] = summary?.json ?? .null }
    object["source_accuracies"] = .array(row.source.map { .number($0.accuracy) })
    object["target_accuracies"] = .array(row.target.map { .number($0.accuracy) })
    if let bootstrap = row.bootstrap {
      object["against_zero_shot"] = [
        "difference": .number(bootstrap.difference), "low": .number(bootstrap.interval.lowerBound),
        "high": .number(bootstrap.interval.upperBound), "p": .number(bootstrap.p),
        "resamples": JSON(bootstrap.resamples),
        "mcnemar": .array(
          row.tests.map {
            [
              "only_this": JSON($0.onlyFirst), "only_zero_shot": JSON($0.onlySecond), "exact_p": .number($0.exactP),
            ]
          }),
      ]
      object["class_changes"] = .array(
        row.changes.map {
          [
            "class": .string(pair.targetImages.classNames[$0.label]), "n": JSON($0.count),
            "zero_shot": .number($0.before), "accuracy": .number($0.after),
          ]
        })
    }
    return .object(object)
  }

  /// Everything.
  var results: Results {
    Results(
      json: json, tables: [overview] + study.outcomes.flatMap { [table($0)] + (comparisons($0).map { [$0] } ?? []) },
      csv: data)
  }
}
