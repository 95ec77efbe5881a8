import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension BaseToNewDocument {
  /// The section of a report.
  package var section: Report.Section {
    Report.Section(
      "Base-to-new", verdicts: verdicts,
      findings: sets.compactMap(bestSentence).map { Report.Finding($0, evidence: "base-to-new.csv") },
      blocks: (scatterFigure.map { [.charts([$0])] } ?? []) + [.table(table)] + warnings.tables.map { .table($0) }
        + (remarks.block.map { [$0] } ?? []),
      subsections: [
        Report.Section("All numbers", blocks: [.table(fullPrecision, name: "base-to-new")], isFolded: true)
      ])
  }

  /// Returns a sentence on the method with the highest harmonic mean on a data set.
  private func bestSentence(_ set: DataSet) -> String? {
    guard let best = set.methods.max(by: { $0.harmonicMean.mean < $1.harmonicMean.mean }) else { return nil }
    return
      "On \(set.name) \(best.name) has the highest harmonic mean of both halves, \(best.harmonicMean.mean.percentage) on "
      + "average over seeds; zero-shot CLIP has \(set.zeroShot.harmonicMean.percentage)."
  }
}
