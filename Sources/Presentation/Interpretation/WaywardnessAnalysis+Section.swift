import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension WaywardnessAnalysis {
  /// The most words in a sentence.
  private static let wordLimit = 8

  /// Returns the section on the contexts trained near arbitrary words.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    var table = Table(
      title: "Contexts trained near arbitrary words",
      columns: [
        .text("words"), .number("penalty"), .number("accuracy"), .number("of the words alone"), .number("words kept"),
        .number("mean distance"), .text("reads as the words"),
      ])
    for probe in probes {
      let found = probe.waywardness
      table.append(
        found.words.prefix(subject.length).map { subject.decoded.label($0) }.joined(separator: " "),
        "\(found.penalty)", "\(probe.accuracy)", "\(probe.wordAccuracy)", "\(found.keptWords)", "\(found.distance)",
        found.readsAsWords ? "yes" : "no")
    }
    return Report.Section(
      "Arbitrary words",
      findings: [Report.Finding(sentence(subject), evidence: "waywardness.csv")]
        + (chosenSentence(subject).map { [Report.Finding($0, evidence: "waywardness.csv")] } ?? []),
      blocks: [.table(table, name: "waywardness")])
  }

  /// The training, in words.
  private var training: String {
    let own =
      switch ownSteps {
      case nil: ", the context's own number not being known,"
      case let own? where steps < own: ", of the context's own \(own.grouped),"
      case let own?: steps == own ? ", as many as the context's own," : ""
      }
    return "\(steps.grouped) steps each\(own) at penalties \(penalties.map { "\($0)" }.joined(separator: ", "))"
  }

  private func sentence(_ subject: InterpretationSubject) -> String {
    func points(_ value: Double) -> String { EffectUnit.accuracy.number(value) }
    let margin = (ArbitraryWordsTest.margin * 100).formatted(decimals: 0)
    let count = probes.count - (hasChosenWords ? 1 : 0)
    let compared =
      "on \(subject.images.counting("image")) the context is better by \(points(test.difference)) points on average "
      + "(95 % interval \(points(test.interval.lowerBound)) to \(points(test.interval.upperBound)), over images and lists) than "
      + "\(test.lists) contexts that were trained near random words and still read as them (\(training))"
    switch test.verdict {
    case .arbitrary:
      return
        "Any words will do (\(test.isEquivalent ? "equivalent to within ±\(margin)" : "no worse by more than \(margin)") points, 90 % "
        + "interval \(points(test.equivalenceInterval.lowerBound)) to "
        + "\(points(test.equivalenceInterval.upperBound))): \(compared)."
    case .costly: return "Reading as random words costs accuracy: \(compared)."
    case .undecided:
      return "Whether any words will do is not shown: \(compared); equivalence to within "
        + "\(margin) points is not shown, nor a difference."
    case .wordsLost:
      return
        "Nothing follows from training near random words: only \(test.lists) of \(count) contexts still read as their "
        + "words (\(training))."
    case .fewerSteps:
      return
        "Nothing follows from training near random words: it took fewer steps than the context's own (\(training))."
    case .noEffect:
      return "Nothing follows from training near random words: with mean words in place of every vector accuracy is "
        + "\(meanWordAccuracy.percentage), and the context's \(subject.accuracy.percentage) isn't shown to be higher."
    }
  }

  private func chosenSentence(_ subject: InterpretationSubject) -> String? {
    guard hasChosenWords, let probe = probes.last else { return nil }
    let found = probe.waywardness
    let words = subject.decoded.plain(Array(found.words.prefix(min(subject.length, Self.wordLimit))))
    return "A context trained near \"\(words)\(subject.length > Self.wordLimit ? " …" : "")\" classifies "
      + "\(probe.accuracy.percentage), the words alone \(probe.wordAccuracy.percentage); \(found.keptWords.percentage) of its "
      + "nearest words are those (penalty \(found.penalty))."
  }

  /// Returns the probes as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    [
      "penalties": .numbers(penalties), "steps": JSON(steps), "own_steps": ownSteps.map { JSON($0) } ?? .null,
      "epochs": JSON(epochs),
      "learning_rate": .number(learningRate), "context_accuracy": .number(subject.accuracy),
      "mean_word_accuracy": .number(meanWordAccuracy),
      "test": [
        "verdict": .string(test.verdict.rawValue), "equivalent": .bool(test.isEquivalent), "lists": JSON(test.lists),
        "difference": .number(test.difference),
        "interval": .numbers([test.interval.lowerBound, test.interval.upperBound]),
        "equivalence_interval": .numbers([test.equivalenceInterval.lowerBound, test.equivalenceInterval.upperBound]),
        "margin": .number(ArbitraryWordsTest.margin),
      ],
      "probes": .array(probes.map { $0.json(subject) }),
    ]
  }
}

extension WaywardnessAnalysis.Probe {
  fileprivate func json(_ subject: InterpretationSubject) -> JSON {
    [
      "words": .array(waywardness.words.map { .string(subject.decoded.piece($0)) }),
      "penalty": .number(waywardness.penalty), "accuracy": .number(accuracy), "word_accuracy": .number(wordAccuracy),
      "is_trained": .bool(waywardness.isTrained), "words_kept": .number(waywardness.keptWords),
      "words_kept_by_penalty": .numbers(keptWords), "mean_distance": .number(waywardness.distance),
      "training_accuracy": .number(waywardness.trainingAccuracy),
    ]
  }
}

extension WordSearchAnalysis.OmittedTraining {
  /// A sentence on the omitted training, with the option that requests it.
  var sentence: String {
    "Contexts near arbitrary words: training \(contexts) of them for \(steps.grouped) steps takes \(operations.scientific) "
      + "floating-point operations, hours on most machines; ask for it with --arbitrary-steps \(steps)."
  }
}
