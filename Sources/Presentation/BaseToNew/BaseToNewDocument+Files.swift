import PromptLensExperiments

extension BaseToNewDocument {
  /// Writes the documents, tables, charts and sections of both halves, and of other data sets.
  ///
  /// - Parameters:
  ///   - files: the folder of results.
  ///   - cross: the measures on other data sets; nil where there are none.
  /// - Throws: `FileError` when one can't be written.
  package func write(to files: ResultFiles, with cross: CrossDatasetDocument?) throws {
    try files.write(results, name: "base-to-new")
    try files.write(section, name: "base-to-new")
    guard let cross else { return }
    try files.write(cross.results, name: "cross")
    try files.write(cross.section, name: "cross")
  }
}
