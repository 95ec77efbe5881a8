import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension WorkEstimate {
  /// The estimate in every output format.
  package var results: Results {
    var table = Table(columns: [.text("dry run"), .text("")])
    if runs > 0 { table.append("runs", runs.grouped) }
    table.append("views of images to encode", views.grouped)
    if runs > 0 { table.append("steps", steps.grouped) }
    table.append("time", seconds < 1 ? FitPlan.text(seconds) : "about \(FitPlan.text(seconds))")
    table.append("memory", "about \(memory.byteSize)")
    table.append("disk", "about \(disk.byteSize)")
    return Results(
      json: [
        "runs": JSON(runs), "views": JSON(views), "steps": JSON(steps), "seconds": .number(seconds),
        "memory_bytes": JSON(memory), "disk_bytes": JSON(disk),
      ], tables: [table])
  }
}
