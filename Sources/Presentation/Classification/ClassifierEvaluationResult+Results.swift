import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension ClassifierEvaluationResult {
  /// Returns the result as tables and data.
  ///
  /// - Parameter confusions: the number of most confused pairs of classes to list.
  /// - Returns: a summary, the classes, the most confused ones, and the classes' accuracies as CSV.
  package func results(confusions: Int) -> Results {
    let found = MetricsResults(metrics: metrics, classNames: classNames)
    var summary = Table(columns: [.text("evaluation"), .text("")])
    var json = JSON.Object()
    switch subject {
    case .prompt(let path, let classPosition, let fingerprint):
      summary.append("prompt", path)
      json["prompt"] = .string(path)
      json["data"] = .string(images)
      json["class_position"] = .string(classPosition.rawValue)
      json["context_sha256"] = .string(fingerprint)
      json["model_fingerprint"] = modelFingerprint.map { .string($0) } ?? .null
    case .classifier(let path, let kind, let leftOut):
      summary.append("classifier", "\(path) (\(kind))")
      json["classifier"] = .string(path)
      json["data"] = .string(images)
      json["model_fingerprint"] = modelFingerprint.map { .string($0) } ?? .null
      json["classes_left_out"] = .array(leftOut.map { .string($0) })
    }
    summary.append("images", images)
    remarks.append(to: &summary)
    for (name, value) in found.summary { summary.append(name, value) }
    for (name, value) in groups?.summary ?? [] { summary.append(name, value) }
    if let warning {
      summary.append("warning", warning)
      json["repeated_training_images"] = JSON(repeatedImages)
      json["warnings"] = [.string(warning)]
    }
    for (name, value) in found.members { json[name] = value }
    for (name, value) in groups?.members ?? [] { json[name] = value }
    remarks.write(to: &json)
    let tables =
      [summary] + (groups.map { [$0.table] } ?? []) + [found.readableClassTable]
      + (found.confusedTable(confusions).map { [$0] } ?? [])
    return Results(json: .object(json), tables: tables, csv: found.classTable)
  }
}
