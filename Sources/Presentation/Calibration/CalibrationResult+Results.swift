import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension CalibrationResult {
  /// The result as tables and data.
  package var results: Results { Results(json: json, tables: [summary, table], csv: spreadsheet) }

  private var summary: Table {
    var summary = Table(columns: [.text("calibration"), .text("")])
    summary.append("classifier", classifier)
    summary.append("temperature", scaling.temperature.formatted(decimals: 4))
    summary.append("fitted on", "\(scaling.images.grouped) validation images")
    if let neighbors {
      summary.append("distance-aware", "by the \(neighbors) nearest classes that the prompt was learned on")
    }
    remarks.append(to: &summary)
    for warning in warnings { summary.append("warning", warning) }
    for sentence in sentences { summary.append("", sentence) }
    return summary
  }

  /// The metrics of a set under a heading of its own: before, after, and distance-aware.
  private func stages(_ set: Set) -> [(name: String, metrics: CalibrationMetrics)] {
    [("before", set.before), ("temperature", set.after)]
      + (set.distanceAware.map { [("temperature and distance", $0)] } ?? [])
  }

  private var table: Table {
    var table = Table(
      title: "Probabilities before and after, errors in %",
      columns: [
        .text("images"), .text(""), .number("n"), .number("accuracy"), .number("confidence"), .number("ECE"),
        .number("equal mass"), .number("adaptive"), .number("class-wise"), .number("Brier"), .number("NLL"),
      ])
    func percent(_ share: Double) -> String { (share * 100).formatted(decimals: 2) }
    for set in sets {
      for (index, stage) in stages(set).enumerated() {
        let found = stage.metrics
        table.append(
          index == 0 ? "\(set.name)\(set.isValidation ? " (validation)" : "")" : "", stage.name, found.count.grouped,
          percent(found.accuracy), percent(found.confidence), percent(found.equalWidth), percent(found.equalMass),
          percent(found.adaptive), percent(found.classWise), found.brierScore.formatted(decimals: 4),
          found.negativeLogLikelihood.formatted(decimals: 4))
      }
    }
    return table
  }

  /// A sentence for each set that the temperature was not fitted on, or for the validation images alone.
  package var sentences: [String] {
    let others = sets.filter { !$0.isValidation }
    return (others.isEmpty ? sets : others).map { set in
      let best = set.distanceAware ?? set.after
      let change = best.equalWidth - set.before.equalWidth
      let verb = abs(change) < 5e-5 ? "leaves" : change < 0 ? "lowers" : "raises"
      let method = set.distanceAware == nil ? "The temperature" : "The temperature, with distance-aware factors,"
      return
        "\(method) \(verb) the expected calibration error on \(set.name) from \(set.before.equalWidth.percentage) to "
        + "\(best.equalWidth.percentage) (n = \(set.before.count), 15 bins); it was fitted on "
        + "\(scaling.images.grouped) validation images alone, and doesn't change predictions."
    }
  }

  private var spreadsheet: Table {
    var table = Table(columns: [
      .text("data"), .text("stage"), .number("n"), .number("temperature"), .number("accuracy"), .number("confidence"),
      .number("ece"), .number("ece_equal_mass"), .number("adaptive_ece"), .number("classwise_ece"), .number("brier"),
      .number("nll"),
    ])
    for set in sets {
      for stage in stages(set) {
        let found = stage.metrics
        table.append(
          set.name, stage.name, "\(found.count)", stage.name == "before" ? "1" : "\(scaling.temperature)",
          "\(found.accuracy)", "\(found.confidence)", "\(found.equalWidth)", "\(found.equalMass)", "\(found.adaptive)",
          "\(found.classWise)", "\(found.brierScore)", "\(found.negativeLogLikelihood)")
      }
    }
    return table
  }

  private var json: JSON {
    var root = JSON.Object()
    root["classifier"] = .string(classifier)
    root["temperature"] = .number(scaling.temperature)
    root["validation_images"] = JSON(scaling.images)
    root["dac_neighbors"] = neighbors.map { JSON($0) } ?? .null
    root["sets"] = .array(
      sets.map { set in
        [
          "data": .string(set.name), "is_validation": .bool(set.isValidation), "class_count": JSON(set.classCount),
          "unseen_classes": JSON(set.unseenClasses), "before": set.before.json, "after": set.after.json,
          "dac": set.distanceAware?.json ?? .null,
        ]
      })
    remarks.write(to: &root)
    root["warnings"] = .array(warnings.map { .string($0) })
    root["sentences"] = .array(sentences.map { .string($0) })
    return .object(root)
  }
}
