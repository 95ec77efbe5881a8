import PromptLensExperiments
import PromptLensReporting

extension NoiseOutcome {
  /// Writes the files beside the runs: data, tables, charts, and at last `result.json`, which says that all runs are done.
  ///
  /// - Throws: `FileError` when one can't be written.
  package func write(to folder: String) throws {
    let files = try ResultFiles(folder)
    let tables = result.tables
    try files.write(runTable.csv(), to: "runs.csv")
    try files.write(suspectTable.csv(), to: "suspects.csv")
    try files.write(tables.map { $0.markdown() }.joined(separator: "\n"), to: "tables.md")
    try files.write(tables.map { $0.latex() }.joined(separator: "\n"), to: "tables.tex")
    for (name, chart) in result.charts { try files.write(chart, name: name) }
    try files.write(result.text, to: "result.json")
  }
}
