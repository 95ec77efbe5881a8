import PromptLensExperiments
import PromptLensReporting

extension ProbeOutcome {
  /// Writes the classifier, the section of a report, and finally `result.json`.
  ///
  /// - Throws: `FileError` when the folder can't be written.
  package func write(to folder: String) throws {
    let files = try ResultFiles(folder)
    try writeClassifier(to: folder)
    try files.write(result.section, name: "probe")
    try files.write(result.text, to: "result.json")
  }
}

extension ProbeResult {
  /// The section of a report.
  package var section: Report.Section {
    let tables = results(confusions: 5).tables
    return Report.Section(
      "Probe", blocks: [.facts(Report.facts(of: json))] + tables.map { .table($0) },
      doubts: targets.isEmpty
        ? []
        : [
          "Gains on these targets don't carry over to others; effective robustness depends on the choice of baselines."
        ])
  }
}
