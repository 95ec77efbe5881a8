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
      table.append("\(row + 1)", decoded.piece(word), decoded.piece(near))
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
          "Searched for on \(trainingImages.grouped) training images, \(words) classify \(outcome.accuracy.percentage) of the "
            + "test images, the context \(subject.accuracy.percentage) "
            + "(\(outcome.flips.verdict(images: subject.images))); \(nearestCount) of the \(search.words.count) are the "
            + "vectors' nearest words.",
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

extension WaywardnessAnalysis {
  /// Returns the section on the contexts trained near arbitrary words.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    var table = Table(
      title: "Contexts trained near arbitrary words",
      columns: [
        .text("words"), .number("accuracy"), .number("of the words alone"), .number("words kept"),
        .number("mean distance"), .number("McNemar's p"), .text("verdict"),
      ])
    for probe in probes {
      let found = probe.waywardness
      table.append(
        found.words.prefix(subject.length).map { subject.decoded.piece($0) }.joined(separator: " "),
        "\(found.accuracy)", "\(found.wordAccuracy)", "\(found.keptWords)", "\(found.distance)",
        "\(probe.flips.test.exactP)", probe.verdict.rawValue)
    }
    return Report.Section(
      "Arbitrary words", findings: probes.map { Report.Finding($0.sentence(subject), evidence: "waywardness.csv") },
      blocks: [.table(table, name: "waywardness")])
  }

  /// Returns the probes as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    [
      "penalty": .number(penalty), "epochs": JSON(epochs), "learning_rate": .number(learningRate),
      "context_accuracy": .number(subject.accuracy), "probes": .array(probes.map { $0.json(subject) }),
    ]
  }
}

extension WaywardnessAnalysis.Probe {
  /// The most words in a sentence.
  private static let wordLimit = 8

  fileprivate func json(_ subject: InterpretationSubject) -> JSON {
    [
      "words": .array(waywardness.words.map { .string(subject.decoded.piece($0)) }),
      "accuracy": .number(waywardness.accuracy), "word_accuracy": .number(waywardness.wordAccuracy),
      "is_trained": .bool(waywardness.isTrained), "words_kept": .number(waywardness.keptWords),
      "mean_distance": .number(waywardness.distance), "mcnemar_p": .number(flips.test.exactP),
      "verdict": .string(verdict.rawValue),
    ]
  }

  /// Returns the conclusion as a sentence.
  fileprivate func sentence(_ subject: InterpretationSubject) -> String {
    let found = waywardness
    let words = subject.decoded.plain(Array(found.words.prefix(min(subject.length, Self.wordLimit))))
    let more = subject.length > Self.wordLimit ? " …" : ""
    let origin = found.isTrained ? "a context trained near the arbitrary words" : "the arbitrary words"
    let alone = found.isTrained ? " and the words alone \(found.wordAccuracy.percentage)" : ""
    let result =
      "with \(origin) \"\(words)\(more)\" accuracy is \(found.accuracy.percentage), with the learned context "
      + "\(subject.accuracy.percentage) (\(flips.verdict(images: subject.images)))\(alone)"
    let kept = "\(found.keptWords.percentage) of the nearest words are those"
    switch verdict {
    case .arbitrary: return "Nearest words identify nothing here: \(result), and \(kept)."
    case .costly: return "Not just any words will do: \(result), while \(kept)."
    case .undecided: return "Whether any words will do, these images cannot tell: \(result), while \(kept)."
    case .wordsLost: return "This probe says nothing: \(result), but only \(kept)."
    }
  }
}
