import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension HardPromptAnalysis {
  /// Returns the section on the words found by descent.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    let decoded = subject.decoded
    var table = Table(
      title: "Hard words", columns: [.number("row"), .text("hard word"), .text("nearest word")])
    for (row, (word, near)) in zip(search.words, decoded.nearestWords).enumerated() {
      table.append("\(row + 1)", decoded.label(word), decoded.label(near))
    }
    let chart = LineChart(
      title: "The search for hard words",
      summary: "Cross-entropy on the training images of the words at each step.", x: Axis("step"),
      y: Axis("training loss"),
      series: [
        LineChart.Series(
          "words", search.losses.enumerated().map { LineChart.Point(Double($0.offset), $0.element) })
      ])
    let words = subject.isClassSpecific ? "words for each class" : "the words \"\(decoded.plain(search.words))\""
    return Report.Section(
      "Hard words",
      findings: [
        Report.Finding(
          "Searched for on \(trainingImages.grouped) training images from the nearest words on, \(words) classify \(outcome.accuracy.percentage) of the "
            + "test images, the context \(subject.accuracy.percentage) "
            + "(\(outcome.flips.verdict(images: subject.images))); \(nearestCount) of the \(search.words.count) are the "
            + "vectors' nearest words, whose training loss is \(search.firstLoss.formatted(decimals: 3)) where the found "
            + "words' is \(search.loss.formatted(decimals: 3)).",
          evidence: "hard-words.csv", "hard-words.svg")
      ],
      blocks: [.charts([Report.Figure(chart, name: "hard-words")]), .table(table, name: "hard-words")])
  }

  /// Returns the search as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    [
      "words": .array(search.words.map { ["id": JSON($0), "piece": .string(subject.decoded.piece($0))] }),
      "training_images": JSON(trainingImages), "training_loss": .number(search.loss),
      "first_training_loss": .number(search.firstLoss), "best_step": JSON(search.bestStep),
      "losses": .numbers(search.losses), "accuracy": .number(outcome.accuracy),
      "mcnemar_p": .number(outcome.flips.test.exactP), "nearest_words_among_them": JSON(nearestCount),
    ]
  }
}
