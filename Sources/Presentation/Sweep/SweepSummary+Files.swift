import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// The section of a report.
  package var section: Report.Section {
    let figures = charts.map { Report.Figure($0.chart, name: "shots-\($0.data.fileNamePart)") }
    return Report.Section(
      "Sweep of \(runs.count) runs",
      blocks: (figures.isEmpty ? [] : [.charts(figures)]) + tables.map { .table($0) }
        + [.table(runTable, name: "runs")])
  }

  /// Writes data, tables and charts into a folder.
  ///
  /// - Throws: `FileError` when a file can't be written.
  package func write(to folder: String) throws {
    let files = try ResultFiles(folder)
    try files.write(results, name: "sweep")
    try files.write(section, name: "sweep")
  }
}
