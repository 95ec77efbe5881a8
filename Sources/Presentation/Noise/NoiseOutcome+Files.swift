import PromptLensExperiments
import PromptLensReporting

extension NoiseOutcome {
  /// Writes the files next to the runs: data, tables, charts, and finally `result.json`, after which all runs are
  /// finished.
  ///
  /// - Throws: `FileError` when one can't be written.
  package func write(to folder: String) throws {
    let files = try ResultFiles(folder, isClaimed: true)
    let tables = result.tables
    try files.write(tables.map(Markdown.table).joined(separator: "\n"), to: "tables.md")
    try files.write(tables.map { $0.latex() }.joined(separator: "\n"), to: "tables.tex")
    var section = result.section
    section.subsections += [
      Report.Section("All runs", blocks: [.table(runTable, name: "runs")], isFolded: true),
      Report.Section("Suspicious labels", blocks: [.table(suspectTable, name: "suspects")], isFolded: true),
    ]
    try files.write(section, name: "noise")
    try files.write(result.text, to: "result.json")
  }
}
