import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

extension AdaptationExperiment.Method {
  /// The method's name in sentences.
  var title: String {
    switch self {
    case .promptTuning: "TPT"
    case .cache: "TDA"
    }
  }
}

extension AdaptationResult {
  /// The result as tables and data.
  package var results: Results { Results(json: json, tables: [summary, table], csv: spreadsheet) }

  /// The constants of the method.
  private var settings: [(name: String, value: Double)] {
    switch experiment.method {
    case .promptTuning:
      let tuning = experiment.tuning
      return [
        ("kept_share", tuning.keptShare), ("learning_rate", tuning.rate), ("weight_decay", tuning.weightDecay),
        ("epsilon", tuning.epsilon), ("steps", Double(tuning.steps)),
      ]
    case .cache:
      let cache = experiment.caching
      return [
        ("positive_capacity", Double(cache.positiveCapacity)), ("positive_alpha", cache.positiveWeight),
        ("positive_beta", cache.positiveSharpness), ("negative_capacity", Double(cache.negativeCapacity)),
        ("negative_alpha", cache.negativeWeight), ("negative_beta", cache.negativeSharpness),
      ]
    }
  }

  private var summary: Table {
    var table = Table(columns: [.text("adaptation"), .text("")])
    table.append("method", experiment.method.title)
    table.append("images", data)
    table.append("begins with", start)
    table.append("views of each image", "\(views)")
    table.append("order of the images", "seed \(experiment.seed)")
    for (name, value) in settings { table.append(name.replacing("_", with: " "), "\(value)") }
    remarks.append(to: &table)
    table.append("", sentence)
    return table
  }

  private var table: Table {
    var table = Table(
      columns: [
        .text(""), .number("accuracy"), .number("ECE"), .number("equal mass"), .number("Brier"), .number("NLL"),
      ])
    for (name, measured) in [("before", before), ("after", after)] {
      let calibration = measured.calibration
      table.append(
        name, measured.accuracy.accuracy.percentage, calibration.equalWidth.percentage,
        calibration.equalMass.percentage, calibration.brierScore.formatted(decimals: 4),
        calibration.negativeLogLikelihood.formatted(decimals: 4))
    }
    return table
  }

  private var spreadsheet: Table {
    var table = Table(columns: [
      .text("stage"), .number("n"), .number("accuracy"), .number("ece"), .number("ece_equal_mass"), .number("brier"),
      .number("nll"),
    ])
    for (name, measured) in [("before", before), ("after", after)] {
      let calibration = measured.calibration
      table.append(
        name, "\(calibration.count)", "\(measured.accuracy.accuracy)", "\(calibration.equalWidth)",
        "\(calibration.equalMass)", "\(calibration.brierScore)", "\(calibration.negativeLogLikelihood)")
    }
    return table
  }

  /// A sentence on the change, with its interval, test and number of images.
  package var sentence: String {
    let interval = difference.interval
    let change = (difference.difference * 100).formatted(decimals: 1)
    let bounds =
      "95 % CI \((interval.lowerBound * 100).formatted(decimals: 1)) to "
      + (interval.upperBound * 100).formatted(decimals: 1)
    let verb =
      interval.contains(0)
      ? "does not differ significantly from"
      : difference.difference > 0
        ? "is more accurate than" : "is less accurate than"
    let error = after.calibration.equalWidth - before.calibration.equalWidth
    return "\(experiment.method.title) \(verb) the classifier without adaptation (\(change) points, \(bounds), McNemar "
      + "p \(test.exactP.probability), n = \(before.accuracy.isCorrect.count)); its expected calibration error is "
      + "\((abs(error) * 100).formatted(decimals: 1)) points \(error > 0 ? "higher" : "lower")."
  }

  private var json: JSON {
    var root = JSON.Object()
    root["method"] = .string(experiment.method.rawValue)
    root["model"] = .string(experiment.model)
    root["data"] = .string(data)
    root["start"] = .string(start)
    root["n"] = JSON(before.accuracy.isCorrect.count)
    root["class_count"] = JSON(classNames.count)
    root["views"] = JSON(views)
    root["order_seed"] = JSON(experiment.seed)
    root["settings"] = .object(settings.reduce(into: JSON.Object()) { $0[$1.name] = .number($1.value) })
    root["before"] = before.calibration.json
    root["after"] = after.calibration.json
    for (name, value) in difference.members { root[name] = value }
    root["mcnemar_exact_p"] = .number(test.exactP)
    root["sentence"] = .string(sentence)
    remarks.write(to: &root)
    return .object(root)
  }
}
