import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension RandomWordAnalysis {
  /// A context that is compared with random words, and its accuracy.
  typealias Entry = (name: String, key: String, accuracy: Double)

  /// Returns the contexts to compare: the learned one, its nearest words, and the hard words if they were searched for.
  static func entries(_ interpretation: Interpretation) -> [Entry] {
    [
      (name: "the context", key: "context", accuracy: interpretation.subject.accuracy),
      (name: "its nearest words", key: "snapped", accuracy: interpretation.projected.accuracy),
    ]
      + (interpretation.search.map {
        [(name: "the hard words", key: "hard_words", accuracy: $0.hardPrompt.outcome.accuracy)]
      } ?? [])
  }

  /// Returns the section on random words.
  func section(_ subject: InterpretationSubject, _ entries: [Entry]) -> Report.Section {
    var table = Table(
      title: "Accuracy among contexts of random words",
      columns: [.text("context"), .number("accuracy"), .number("share of random lists below")])
    for entry in entries {
      table.append(entry.name, "\(entry.accuracy)", "\(baseline.percentile(entry.accuracy))")
    }
    table.append("random words, mean", "\(baseline.accuracies.mean)", "")
    let places = entries.map { "\(baseline.percentile($0.accuracy).percentage) for \($0.name)" }
    let values = baseline.accuracies.values
    return Report.Section(
      "Random words",
      findings: [
        Report.Finding(
          "\(baseline.count) contexts of random words classify \((values.first ?? 0).percentage) to "
            + "\((values.last ?? 0).percentage) of \(subject.images.counting("image")), "
            + "\(baseline.accuracies.mean.percentage) on average. The share of these lists that score lower is "
            + "\(places.joined(separator: ", ")).",
          evidence: "random-words.csv")
      ],
      blocks: [.table(table, name: "random-words")])
  }

  /// Returns the accuracies as JSON.
  func json(_ entries: [Entry]) -> JSON {
    var percentiles = JSON.Object()
    for entry in entries { percentiles[entry.key] = .number(baseline.percentile(entry.accuracy)) }
    return [
      "lists": JSON(baseline.count), "accuracies": .numbers(baseline.accuracies.values),
      "mean_accuracy": .number(baseline.accuracies.mean), "mean_margin": .number(baseline.margins.mean),
      "percentiles": .object(percentiles),
    ]
  }
}
