import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension DecodingExperiment.Outcome {
  /// The words of one context with its measurements, of several contexts side by side, or of prompts in deeper layers.
  package var results: Results {
    if let deepPrompt { return deepPrompt.results }
    guard let context = contexts.first, contexts.count == 1 else {
      return ContextComparison(contexts: contexts, paths: paths, controls: controls).results
    }
    var json = context.members
    var tables = context.tables
    if let controls = controls.first {
      json["controls"] = controls.json(context)
      tables += controls.tables(context)
    }
    if let projection {
      json["snapping"] = projection.json(context)
      tables += projection.tables(context)
    }
    if let worth {
      json["ablation"] = worth.json
      tables += worth.tables
    }
    tables += DecodingLegend(contexts, controls: controls.first).tables
    return Results(json: .object(json), tables: tables, csv: context.csv)
  }
}
