import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension LearningPlan {
  /// The constants as a table, with their origins.
  package var results: Results {
    var table = Table(columns: [.text("constant"), .text("value"), .text("from")])
    for row in rows {
      let value = if case .string(let text) = row.value { text } else { row.value.serialized() }
      table.append(row.name, value, row.origin)
    }
    return Results(json: json, tables: [table])
  }
}
