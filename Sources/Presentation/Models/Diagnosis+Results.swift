import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Results {
  /// Creates the results of a diagnosis: a row for each check, and advice for those that need it.
  package init(_ diagnosis: [DiagnosticResult]) {
    var table = Table(columns: [.text("area"), .text("subject"), .text("found"), .text("state")])
    var advice = Table(title: "Remedies", columns: [.text("subject"), .text("remedy")])
    for result in diagnosis {
      table.append(result.area, result.subject, result.value, result.state.rawValue)
      if !result.advice.isEmpty { advice.append("\(result.area): \(result.subject)", result.advice) }
    }
    let json: JSON = [
      "version": .string(ToolVersion.current),
      "sound": .bool(!diagnosis.contains { $0.state == .wrong }),
      "findings": .array(
        diagnosis.map {
          [
            "area": .string($0.area), "subject": .string($0.subject),
            "value": $0.count.map { JSON($0) } ?? .string($0.value),
            "state": .string($0.state.rawValue), "advice": .string($0.advice),
          ]
        }),
    ]
    self.init(json: json, tables: advice.rows.isEmpty ? [table] : [table, advice])
  }
}
