import PromptLensDatasets
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension SweepRunner.Outcome {
  /// The outcome of a task as text.
  package var words: String {
    switch self {
    case .done(let result):
      (result.isCollapsed ? "collapsed: " : "") + (result.accuracy.map(\.percentage) ?? "done, without test images")
        + result.warnings.map { "; warning: \($0)" }.joined()
    case .finishedBefore: "finished already"
    case .failed(let error): "failed: \(error)"
    }
  }
}

extension SweepRunner {
  /// Returns the ends of tasks as tables and data.
  package static func results(of tasks: [SweepTask], _ outcomes: [Outcome], names: SweepNames) -> Results {
    var table = Table(
      columns: [.text("task"), .text("name"), .text("settings"), .text("state"), .number("accuracy")])
    var csv = table
    var list: [JSON] = []
    var warnings: [RunWarning] = []
    var remarks: [ImageRemarks] = []
    let data = DataNames(tasks.map(\.data))
    for (task, outcome) in zip(tasks, outcomes) {
      let (state, result): (String, RunResult?) =
        switch outcome {
        case .done(let result): (result.isCollapsed ? "collapsed" : "done", result)
        case .finishedBefore(let result): ("finished already", result)
        case .failed: ("failed", nil)
        }
      let accuracy = result?.accuracy
      table.append(task.id, names(task), task.summary(data), state, accuracy.map(\.percentage) ?? "")
      csv.append(task.id, names(task), task.summary(data), state, accuracy.map { "\($0)" } ?? "")
      var entry = JSON.Object()
      entry["id"] = .string(task.id)
      entry["name"] = .string(names(task))
      entry["state"] = .string(state.replacing(" ", with: "_"))
      entry["accuracy"] = accuracy.map { .number($0) } ?? .null
      if let result, !result.warnings.isEmpty { entry["warnings"] = .array(result.warnings.map { .string($0) }) }
      warnings += result?.warnings(of: names(task), names: data) ?? []
      remarks += result.map { [$0.remarks] } ?? []
      if case .failed(let error) = outcome { entry["error"] = .string("\(error)") }
      entry["settings"] = .object(task.settings)
      list.append(.object(entry))
    }
    return Results(
      json: ImageRemarks.joined(remarks).added(to: ["tasks": .array(list)]), tables: [table] + warnings.tables,
      csv: csv)
  }
}
