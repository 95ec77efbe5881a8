import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension KnownScore {
  /// The score's name in tables and charts.
  var title: String {
    switch self {
    case .maximumConceptMatching: "MCM"
    case .maximumLogit: "maximum logit"
    case .energy: "energy"
    case .entropy: "entropy"
    case .globalLocal: "GL-MCM"
    case .negativeLabels: "NegLabel"
    }
  }
}

extension UnknownClassResult {
  /// The result as tables and data.
  package var results: Results { Results(json: json, tables: [summary] + tables, csv: spreadsheet) }

  private var summary: Table {
    var summary = Table(columns: [.text("unknown classes"), .text("")])
    summary.append("classifier", classifier)
    summary.append(
      "known", "\(known): \(knownCount.counting("image")), \(classNames.count.counting("class", plural: "classes"))")
    for set in sets { summary.append("unknown", "\(set.name): \(set.count.counting("image"))") }
    if let metrics { summary.append("accuracy on known", metrics.accuracy.percentage) }
    remarks.append(to: &summary)
    summary.append("", sentence)
    return summary
  }

  private var tables: [Table] {
    let all = table(title: sets.count > 1 ? "Mean of the sets" : "Scores", intervals: true) { $0.metrics }
    guard sets.count > 1 else { return [all] }
    return sets.indices.map { set in
      table(title: sets[set].name, intervals: false) { $0.rankings[set].metrics }
    } + [all]
  }

  private func table(title: String, intervals: Bool, metrics: (Score) -> DetectionMetrics) -> Table {
    var columns: [Table.Column] = [.text("score"), .number("AUROC")]
    if intervals { columns.append(.text("95 % interval")) }
    columns.append(.number("FPR at 95 %"))
    if intervals { columns.append(.text("95 % interval")) }
    columns += [.number("AUPR in"), .number("AUPR out")]
    var table = Table(title: title, columns: columns)
    for score in scores {
      let found = metrics(score)
      var row = [score.score.title, found.areaUnderROC.percentage]
      if intervals { row.append(Self.text(score.intervals.areaUnderROC)) }
      row.append(found.falsePositives.percentage)
      if intervals { row.append(Self.text(score.intervals.falsePositives)) }
      table.append(row + [found.precisionIn.percentage, found.precisionOut.percentage])
    }
    return table
  }

  private static func text(_ interval: ClosedRange<Double>) -> String {
    "\(interval.lowerBound.percentage) to \(interval.upperBound.percentage)"
  }

  /// A sentence on the score with the largest area under the curve.
  var sentence: String {
    guard let best = scores.max(by: { $0.metrics.areaUnderROC < $1.metrics.areaUnderROC }) else { return "" }
    let images = sets.reduce(0) { $0 + $1.count }
    let verdict =
      best.intervals.areaUnderROC.lowerBound <= 0.5
      ? "The score with the largest AUROC, \(best.score.title), does not separate unknown classes from known ones significantly"
      : "\(best.score.title) has the largest AUROC in separating unknown classes from known ones"
    return "\(verdict): \(best.metrics.areaUnderROC.percentage) "
      + "(95 % CI \(Self.text(best.intervals.areaUnderROC)), \(knownCount.grouped) known and \(images.grouped) unknown images)."
  }

  private var spreadsheet: Table {
    var table = Table(columns: [
      .text("data"), .text("score"), .number("auroc"), .number("aupr_in"), .number("aupr_out"), .number("fpr95"),
    ])
    func append(_ name: String, _ score: Score, _ found: DetectionMetrics) {
      table.append(
        name, score.score.rawValue, "\(found.areaUnderROC)", "\(found.precisionIn)", "\(found.precisionOut)",
        "\(found.falsePositives)")
    }
    for (index, set) in sets.enumerated() {
      for score in scores { append(set.name, score, score.rankings[index].metrics) }
    }
    if sets.count > 1 { for score in scores { append("mean", score, score.metrics) } }
    return table
  }

  // MARK: - Data

  private var json: JSON {
    var root = JSON.Object()
    root["classifier"] = .string(classifier)
    root["known"] = .string(known)
    root["n_known"] = JSON(knownCount)
    root["n_unknown"] = JSON(sets.reduce(0) { $0 + $1.count })
    root["class_count"] = JSON(classNames.count)
    root["accuracy"] = metrics.map { .number($0.accuracy) } ?? .null
    var means = JSON.Object()
    for score in scores {
      var members = Self.members(score.metrics)
      members["auroc_interval"] = Self.json(score.intervals.areaUnderROC)
      members["fpr95_interval"] = Self.json(score.intervals.falsePositives)
      members["threshold"] = .number(score.threshold)
      means[score.score.rawValue] = .object(members)
    }
    root["scores"] = .object(means)
    root["sets"] = .array(
      sets.indices.map { set in
        var found = JSON.Object()
        for score in scores { found[score.score.rawValue] = .object(Self.members(score.rankings[set].metrics)) }
        return ["data": .string(sets[set].name), "n": JSON(sets[set].count), "scores": .object(found)]
      })
    remarks.write(to: &root)
    root["warnings"] = warnings.isEmpty ? nil : .array(warnings.map { .string($0) })
    root["bootstrap_draws"] = JSON(resamples)
    root["seed"] = JSON(Int(clamping: seed))
    root["sentence"] = .string(sentence)
    return .object(root)
  }

  private static func members(_ found: DetectionMetrics) -> JSON.Object {
    var members = JSON.Object()
    members["auroc"] = .number(found.areaUnderROC)
    members["aupr_in"] = .number(found.precisionIn)
    members["aupr_out"] = .number(found.precisionOut)
    members["fpr95"] = .number(found.falsePositives)
    return members
  }

  private static func json(_ interval: ClosedRange<Double>) -> JSON {
    [.number(interval.lowerBound), .number(interval.upperBound)]
  }
}
