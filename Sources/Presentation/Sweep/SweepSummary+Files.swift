import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// Writes data, tables and charts into a folder.
  ///
  /// - Throws: `FileError` when a file can't be written.
  package func write(to folder: String) throws {
    let files = try ResultFiles(folder)
    try files.write(results, name: "sweep")
    try files.write(section, name: "sweep")
  }
}
