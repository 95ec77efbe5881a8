import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension CrossDatasetDocument {
  /// The section of a report.
  package var section: Report.Section {
    Report.Section(
      "Cross-data-set", verdicts: verdicts,
      findings: domains.filter { !$0.isSource }.compactMap(bestSentence).map {
        Report.Finding($0, evidence: "cross.csv")
      },
      blocks: (gainFigure.map { [.charts([$0])] } ?? []) + [.table(table)]
        + warnings.tables.map { .table($0) }
        + (remarks.block.map { [$0] } ?? []),
      subsections: [
        Report.Section("All numbers", blocks: [.table(fullPrecision, name: "cross")], isFolded: true)
      ])
  }

  /// Returns a sentence on the method with the highest accuracy on a data set.
  private func bestSentence(_ domain: Domain) -> String? {
    guard let best = domain.methods.max(by: { $0.accuracy.mean < $1.accuracy.mean }) else { return nil }
    return
      "On \(domain.name) \(best.name) has the highest accuracy of the learned prompts, \(best.accuracy.mean.percentage) on "
      + "average over seeds; zero-shot CLIP has \(domain.zeroShotAccuracy.percentage)."
  }
}
