import PromptLensFeatures
import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

/// Whether words can do what the vectors do, and whether near words could be any words.
struct SearchParts {
  let prompt: InterpretedPrompt
  let training: LabeledFeatures
  /// Words to train towards besides random ones, one for each place in a context; nil for none.
  let towards: [Int]?
  /// The learning rate of contexts that are trained towards words.
  let learningRate: Double

  /// Training images that the search for words looks at, at most.
  private static let imageLimit = 4096
  /// Steps of training towards words, and the penalty γ.
  private static let probeSteps = 200
  private static let penalty = 0.1
  private static let randomProbes = 2

  var all: [() throws -> ReportPart?] { [hardWords, waywardness] }

  private func pieces(_ ids: [Int]) -> String { ids.map { prompt.decoded.piece($0) }.joined(separator: " ") }

  // MARK: - Hard words

  private func hardWords() throws -> ReportPart {
    let places = EvenlySpaced.indices(training.count, limit: Self.imageLimit)
    let found = try HardPromptSearch(
      encoder: prompt.encoder, assembly: prompt.bench.assembly, context: prompt.bench.matrix.vectors,
      words: NearestWords(embedding: prompt.embedding, metric: .cosine, where: prompt.isWord),
      images: training.unitRows(of: places),
      labels: places.map { training.labels[$0] }, scale: prompt.scale)
    let measured = try prompt.sides(of: prompt.bench.matrix.words(found.words, of: prompt.embedding))
    let nearest = prompt.decoded.words.compactMap(\.first?.id)
    let same = zip(found.words, nearest).count { $0 == $1 }
    var table = Table(columns: [.number("row"), .text("hard word"), .text("nearest word")])
    for (row, (word, near)) in zip(found.words, nearest).enumerated() {
      table.append("\(row + 1)", prompt.decoded.piece(word), prompt.decoded.piece(near))
    }
    var part = ReportPart(
      key: "hard_words",
      json: [
        "words": .array(found.words.map { ["id": JSON($0), "piece": .string(prompt.decoded.piece($0))] }),
        "training_images": JSON(places.count), "training_loss": .number(found.loss),
        "first_training_loss": .number(found.firstLoss), "best_step": JSON(found.bestStep),
        "losses": .numbers(found.losses), "accuracy": .number(measured.accuracy),
        "mcnemar_p": .number(measured.sides.test.exactP), "nearest_words_among_them": JSON(same),
      ])
    part.tables = [("hard-words", table)]
    part.charts = [
      (
        "hard-words",
        LineChart(
          title: "The search for hard words",
          summary: "Cross-entropy on the training images of the words at each step.", x: Axis("step"),
          y: Axis("training loss"),
          series: [
            LineChart.Series(
              "words", found.losses.enumerated().map { LineChart.Point(Double($0.offset), $0.element) })
          ])
      )
    ]
    let words =
      prompt.isClassSpecific ? "words for each class" : "the words \"\(prompt.decoded.plain(found.words))\""
    part.findings = [
      Finding(
        "Searched for on \(places.count.grouped) training images, \(words) classify \(measured.accuracy.percentage) of the test "
          + "images, the context \(prompt.accuracy(prompt.predictions).percentage) "
          + "(\(measured.sides.verdict(images: prompt.images))); \(same) of the \(found.words.count) are the vectors' "
          + "nearest words.",
        "hard-words.csv", "hard-words.svg")
    ]
    return part
  }

  // MARK: - Waywardness

  private func waywardness() throws -> ReportPart {
    let index = try NearestWords(embedding: prompt.embedding, where: prompt.isWord)
    let steps = BatchSampler(count: training.count, batchSize: 32, seed: 1).steps
    let settings = TrainingSettings(
      epochs: max((Self.probeSteps + steps - 1) / steps, 1), learningRate: learningRate,
      seed: Int(truncatingIfNeeded: prompt.seed))
    let targets = prompt.arbitraryWords(lists: Self.randomProbes) + (towards.map { [prompt.everywhere($0)] } ?? [])
    let probes = try targets.map { words in
      try Waywardness(
        towards: words, penalty: Self.penalty, shape: prompt.bench.matrix, index: index,
        training: Waywardness.Training(
          encoder: prompt.encoder, assembly: prompt.bench.assembly, features: training, scale: prompt.scale,
          settings: settings), measure: prompt.bench.measure)
    }
    let accuracy = prompt.accuracy(prompt.predictions)
    let outcomes = try probes.map { probe in
      let sides = try prompt.sides(of: prompt.bench.matrix.holding(probe.context)).sides
      return Outcome(
        probe: probe, sides: sides, verdict: probe.verdict(against: accuracy, probability: sides.test.exactP))
    }
    var table = Table(
      columns: [
        .text("words"), .number("accuracy"), .number("of the words alone"), .number("words kept"),
        .number("mean distance"), .number("McNemar's p"), .text("verdict"),
      ])
    for outcome in outcomes {
      let probe = outcome.probe
      table.append(
        pieces(Array(probe.words.prefix(prompt.length))), "\(probe.accuracy)", "\(probe.wordAccuracy)",
        "\(probe.keptWords)", "\(probe.distance)", "\(outcome.sides.test.exactP)", outcome.verdict.rawValue)
    }
    var part = ReportPart(
      key: "waywardness",
      json: [
        "penalty": .number(Self.penalty), "epochs": JSON(settings.epochs), "learning_rate": .number(learningRate),
        "context_accuracy": .number(accuracy), "probes": .array(outcomes.map(json)),
      ])
    part.tables = [("waywardness", table)]
    part.findings = outcomes.map { Finding(sentence($0, accuracy), "waywardness.csv") }
    return part
  }

  /// A probe, the images that change sides from the learned context to its own, and what it comes to.
  private struct Outcome {
    let probe: Waywardness
    let sides: PredictionFlips
    let verdict: Waywardness.Verdict
  }

  private func json(_ outcome: Outcome) -> JSON {
    let probe = outcome.probe
    return [
      "words": .array(probe.words.map { .string(prompt.decoded.piece($0)) }), "accuracy": .number(probe.accuracy),
      "word_accuracy": .number(probe.wordAccuracy), "is_trained": .bool(probe.isTrained),
      "words_kept": .number(probe.keptWords), "mean_distance": .number(probe.distance),
      "mcnemar_p": .number(outcome.sides.test.exactP), "verdict": .string(outcome.verdict.rawValue),
    ]
  }

  private func sentence(_ outcome: Outcome, _ accuracy: Double) -> String {
    let probe = outcome.probe
    let shown = 8
    let words = prompt.decoded.plain(Array(probe.words.prefix(min(prompt.length, shown))))
    let more = prompt.length > shown ? " …" : ""
    let origin = probe.isTrained ? "a context trained near the arbitrary words" : "the arbitrary words"
    let alone = probe.isTrained ? " and the words alone \(probe.wordAccuracy.percentage)" : ""
    let result =
      "with \(origin) \"\(words)\(more)\" \(probe.accuracy.percentage) are classified rightly where the learned context classifies "
      + "\(accuracy.percentage) (\(outcome.sides.verdict(images: prompt.images)))\(alone)"
    let kept = "\(probe.keptWords.percentage) of the nearest words are those"
    switch outcome.verdict {
    case .arbitrary: return "Nearest words identify nothing here: \(result), and \(kept)."
    case .costly: return "Not just any words will do: \(result), while \(kept)."
    case .undecided: return "Whether any words will do, these images cannot tell: \(result), while \(kept)."
    case .wordsLost: return "This probe says nothing: \(result), but only \(kept)."
    }
  }
}
