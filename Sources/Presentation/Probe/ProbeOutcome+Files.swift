import PromptLensExperiments
import PromptLensReporting

extension ProbeOutcome {
  /// Writes the classifier, the section of a report, and finally `result.json`.
  ///
  /// - Throws: `FileError` when the folder can't be written.
  package func write(to files: ResultFiles) throws {
    try files.begin()
    try writeClassifier(to: files.folder)
    try files.write(result.section, name: "probe")
    try files.write(result.text, to: "result.json")
    try files.finish()
  }
}
