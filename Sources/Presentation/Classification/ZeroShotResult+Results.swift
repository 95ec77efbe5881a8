import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension ZeroShotResult {
  /// The maximum number of templates in the summary.
  private static let listedTemplates = 8

  /// The measures of a softmax's probabilities, which sigmoids don't have.
  private static let softmaxRows = ["expected calibration error", "negative log-likelihood"]
  private static let softmaxMembers = ["expected_calibration_error", "negative_log_likelihood"]
  /// The measures of one class for each image that several labels have, too.
  private static let rowsOfSeveral = ["accuracy": "best label is the image's", "95 % interval": "95 % interval"]

  /// Returns the result as tables and data.
  ///
  /// - Parameter confusions: the number of most confused pairs of classes to list.
  /// - Returns: a summary, the most confused classes, and the classes' accuracies as CSV.
  package func results(confusions: Int) -> Results {
    let found = MetricsResults(metrics: metrics, classNames: classNames)
    var summary = Table(columns: [.text("zero-shot"), .text("")])
    summary.append("text features", words)
    summary.append("images", name)
    for (index, template) in templates.prefix(Self.listedTemplates).enumerated() {
      summary.append(index == 0 ? "template" : "", "\(template)")
    }
    if templates.count > Self.listedTemplates {
      summary.append("", "and \(templates.count - Self.listedTemplates) more")
    }
    remarks.append(to: &summary)
    for (name, value) in found.summary where labelMetrics == nil || !Self.softmaxRows.contains(name) {
      if unlabeled == nil { summary.append(name, value) }
      if unlabeled != nil, let name = Self.rowsOfSeveral[name] { summary.append(name, value) }
    }
    if let unlabeled {
      summary.append("images without a label", unlabeled.grouped)
      summary.append("labels", "\(classNames.count)")
    }
    for (name, value) in labelMetrics?.summary ?? [] { summary.append(name, value) }
    for (name, value) in groups?.summary ?? [] { summary.append(name, value) }
    var json = JSON.Object()
    json["data"] = .string(data)
    json["split"] = split.map { .string($0.rawValue) } ?? .null
    json["templates"] = .array(templates.map { .string($0.text) })
    json["model_fingerprint"] = modelFingerprint.map { .string($0) } ?? .null
    for (name, value) in found.members where labelMetrics == nil || !Self.softmaxMembers.contains(name) {
      json[name] = value
    }
    for (name, value) in labelMetrics?.members(names: classNames) ?? [] { json[name] = value }
    if let unlabeled { json["images_without_labels"] = JSON(unlabeled) }
    for (name, value) in groups?.members ?? [] { json[name] = value }
    remarks.write(to: &json)
    json["most_confused"] = .array(
      metrics.mostConfused(unlabeled == nil ? confusions : 0).map {
        [
          "class": .string(classNames[$0.label]), "predicted": .string(classNames[$0.prediction]),
          "count": JSON($0.count),
        ]
      })
    let confused = unlabeled == nil ? found.confusedTable(confusions) : nil
    let tables = [summary] + (groups.map { [$0.table] } ?? []) + (confused.map { [$0] } ?? [])
    return Results(
      json: .object(json), tables: tables + (labelMetrics.map { [$0.table(names: classNames)] } ?? []),
      csv: labelMetrics?.csv(names: classNames) ?? found.classTable)
  }

  /// Notes on repeated class names.
  package var notes: [String] {
    sharedNames.map { "\($0.count) classes have the name \"\($0.name)\", so prompts can't distinguish them" }
  }
}
