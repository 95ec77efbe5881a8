import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting

extension ExplanationDocument {
  /// The tables for reading: one of the images, and of several images one of their means.
  package var tables: [Table] {
    get throws {
      let summaries = try summaries
      let isSeveral = summaries.contains { $0.images > 1 }
      return [imageTable] + (isSeveral ? [table(of: summaries)] : [])
    }
  }

  /// The document and its tables.
  package var results: Results { get throws { Results(json: json, tables: try tables, csv: try valueTable) } }

  /// The table of each explanation, for reading. Backwards, a random order of deletion is one of insertion, so the areas
  /// of both are one number.
  private var imageTable: Table {
    let hasIntegral = method == .integratedGradients
    var table = Table(
      title: "Where in the image: area under the probability as patches are removed (deletion) and added (insertion)",
      columns: [
        .text("image"), .text("class"), .text("classifier"), .number("random"), .number("deletion"),
        .number("difference (95 %)"), .number("insertion"), .number("difference (95 %)"),
      ] + (hasIntegral ? [.number("completeness error")] : []))
    for explanation in explanations {
      let measured = explanation.faithfulness
      table.append(
        [
          explanation.path, explanation.subject, title(explanation.classifier), Self.area(measured.randomDeletion.area),
          Self.area(measured.deletion.area), Self.difference(measured.deletionDifference),
          Self.area(measured.insertion.area), Self.difference(measured.insertionDifference),
        ] + (explanation.integral.map { [$0.completenessError.scientific] } ?? []))
    }
    return table
  }

  /// The table of the means over images.
  private func table(of summaries: [Summary]) -> Table {
    var table = Table(
      title: "Means over images, with intervals over the images",
      columns: [
        .text("classifier"), .number("images"), .number("random"), .number("deletion"), .number("difference (95 %)"),
        .number("insertion"), .number("difference (95 %)"),
      ])
    for summary in summaries {
      table.append(
        title(summary.classifier), "\(summary.images)", Self.area(summary.deletion.random),
        Self.area(summary.deletion.own), Self.difference(summary.deletionDifference), Self.area(summary.insertion.own),
        Self.difference(summary.insertionDifference))
    }
    return table
  }

  /// The table of each explanation, in full precision.
  var valueTable: Table {
    get throws {
      var table = Table(
        columns: [
          .text("path"), .text("class"), .text("against"), .text("classifier"), .text("method"), .number("probability"),
          .number("value"), .number("completeness_error"), .number("points"), .number("deletion"),
          .number("random_deletion"),
        ] + SeedSummary.headings("deletion_difference").map { .number($0) } + [
          .number("insertion"), .number("random_insertion"),
        ] + SeedSummary.headings("insertion_difference").map { .number($0) } + [.text("picture"), .text("overlay")])
      for explanation in explanations {
        let measured = explanation.faithfulness
        table.append(
          [
            explanation.path, explanation.className, explanation.against ?? "", explanation.classifier.rawValue,
            explanation.method.rawValue, "\(explanation.probability)", "\(explanation.value)",
            explanation.integral.map { "\($0.completenessError)" } ?? "",
            explanation.integral.map { "\($0.points)" } ?? "", "\(measured.deletion.area)",
            "\(measured.randomDeletion.area)",
          ] + measured.deletionDifference.cells + [
            "\(measured.insertion.area)", "\(measured.randomInsertion.area)",
          ] + measured.insertionDifference.cells + [explanation.picture, explanation.overlay])
      }
      return table
    }
  }

  /// The name of a classifier, for people.
  func title(_ classifier: ExplainedClassifier) -> String {
    switch classifier {
    case .words: "words"
    case .learned: isOfClassifier ? "classifier" : "learned"
    }
  }

  static func area(_ area: Double) -> String { area.formatted(decimals: 3) }

  private static func signed(_ value: Double) -> String { "\(value > 0 ? "+" : "")\(value.formatted(decimals: 3))" }

  /// Returns a mean difference over random orders with Student's interval.
  static func difference(_ summary: SeedSummary) -> String {
    signed(summary.mean)
      + (summary.interval.map { " [\(signed($0.lowerBound)), \(signed($0.upperBound))]" } ?? "")
  }

  /// Returns a mean difference over images with its interval.
  static func difference(_ estimate: PairedBootstrap) -> String {
    "\(signed(estimate.difference)) [\(signed(estimate.interval.lowerBound)), "
      + "\(signed(estimate.interval.upperBound))]"
  }
}

extension PatchExplanation {
  /// The class, or the two classes, that are explained.
  var subject: String { against.map { "\(className) against \($0)" } ?? className }
}
