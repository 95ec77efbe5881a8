import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// Writes data, tables and charts into a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - predictions: The predictions of ``headlineRuns`` by their ids, as far as they are kept.
  /// - Throws: `FileError` when a file can't be written.
  package func write(to folder: String, predictions: [String: RunPredictions] = [:]) throws {
    let files = try ResultFiles(folder)
    try files.write(results, name: "sweep")
    try files.write(runTable.csv(), to: "runs.csv")
    let charts = charts
    if charts.count > 1 {
      for (data, chart) in charts { try files.write(chart.svg(id: "shots"), to: "shots-\(data.fileNamePart).svg") }
    }
    try files.write(section(predictions: predictions), name: "sweep")
  }
}
