import PromptLensEvaluation

/// The results of templates on the same images.
package struct TemplateResult: Sendable {
  /// A template in the ranking.
  package struct RankedTemplate: Sendable {
    /// The template with its metrics.
    package let entry: TemplateComparison.Entry
    /// McNemar's exact p against "a photo of a {}.".
    package let exactP: Double
  }

  /// The images' name.
  package let name: String
  /// The classes.
  package let classNames: [String]
  /// The fingerprint of the model.
  package let modelFingerprint: String
  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The comparison of the templates.
  package let comparison: TemplateComparison
  /// The summary of the templates' accuracies.
  package let accuracies: SeedSummary
  /// The lowest accuracy.
  package let lowestAccuracy: Double
  /// The bootstrap of the best accuracy minus that of "a photo of a {}.".
  package let bootstrap: PairedBootstrap
  /// The interval of the same difference at a level of 1 − 0.05 / m for m other templates (Bonferroni), since the best was
  /// chosen on the same images.
  package let correctedInterval: ClosedRange<Double>
  /// McNemar's exact p times the number of other templates (Bonferroni), since the best was chosen on the same images.
  package let bonferroniP: Double
  /// The templates, the most accurate first.
  package let ranking: [RankedTemplate]

  /// Creates a result.
  ///
  /// - Parameters:
  ///   - name: the images' name.
  ///   - classNames: the classes.
  ///   - modelFingerprint: the fingerprint of the model.
  ///   - remarks: the remarks on the images.
  ///   - comparison: the comparison of the templates.
  /// - Throws: `EvaluationError` without templates to compare.
  package init(
    name: String, classNames: [String], modelFingerprint: String, remarks: ImageRemarks = ImageRemarks(),
    comparison: TemplateComparison
  ) throws {
    self.name = name
    self.classNames = classNames
    self.modelFingerprint = modelFingerprint
    self.remarks = remarks
    self.comparison = comparison
    let entries = comparison.entries
    accuracies = try SeedSummary(entries.map(\.metrics.accuracy))
    lowestAccuracy = entries.map(\.metrics.accuracy).min() ?? 0
    bootstrap = try comparison.bootstrap()
    correctedInterval = try comparison.bootstrap(level: 1 - 0.05 / Double(max(entries.count - 1, 1))).interval
    bonferroniP = min(comparison.test.exactP * Double(max(entries.count - 1, 1)), 1)
    let reference = comparison.reference
    ranking = try entries.indices.sorted {
      (entries[$1].metrics.correct, $0) < (entries[$0].metrics.correct, $1)
    }.map {
      RankedTemplate(
        entry: entries[$0], exactP: try McNemarTest(first: reference.correct, second: entries[$0].correct).exactP)
    }
  }
}
