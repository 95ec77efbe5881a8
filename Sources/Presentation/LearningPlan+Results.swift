import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension LearningPlan {
  /// Returns the constants as a table with their origins, behind an estimate of the work if there is one.
  package func results(with estimate: WorkEstimate?) -> Results {
    var table = Table(columns: [.text("constant"), .text("value"), .text("from")])
    for row in rows {
      let value = if case .string(let text) = row.value { text } else { row.value.serialized() }
      table.append(row.name, value, row.origin)
    }
    var object = JSON.Object()
    if case .object(let members)? = estimate?.results.json { object = members }
    object["constants"] = json
    return Results(json: .object(object), tables: (estimate?.results.tables ?? []) + [table], csv: table)
  }
}
