import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension RunResult {
  /// Returns the result of a run as tables and data.
  ///
  /// - Parameter path: the run folder.
  /// - Returns: its JSON document and a table of its settings and accuracies.
  package func results(path: String) -> Results {
    func percentage(_ share: Double?) -> String { share?.percentage ?? "no test images" }
    var table = Table(columns: [.text("run"), .text("")])
    table.append("folder", path)
    if isCollapsed { table.append("outcome", "the training collapsed; see the warnings") }
    table.append("accuracy", percentage(accuracy))
    table.append("zero-shot accuracy", percentage(zeroShotAccuracy))
    table.append("test images", "\(total)")
    table.append("classes", "\(classCount)")
    if let steps { table.append("steps", "\(steps)") }
    remarks.append(to: &table)
    for warning in warnings { table.append("warning", warning) }
    for (name, value) in settings {
      if case .string(let text) = value, text.utf8.count == 64 { continue }
      if case .string(let text) = value { table.append(name, text) } else { table.append(name, value.serialized()) }
    }
    return Results(json: json, tables: [table])
  }
}
