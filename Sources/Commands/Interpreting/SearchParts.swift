import Interpretation
import JSONDocuments
import PromptLearning
import Reporting
import Tensors

/// Whether words can do what the vectors do, and whether near words could be any words.
struct SearchParts {
  let prompt: InterpretedPrompt
  let training: TrainingFeatures
  /// Words to train towards besides random ones, nil for none.
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
    let places = EvenlySpaced.places(training.count, limit: Self.imageLimit)
    let found = try HardWordSearch(
      encoder: prompt.encoder, assembly: prompt.bench.assembly, context: prompt.bench.matrix.vectors,
      words: NearestWords(embedding: prompt.embedding, metric: .cosine, where: prompt.isWord),
      images: training.rows(places, views: [Int](repeating: 0, count: training.count)),
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
      prompt.isClassSpecific ? "words for each class" : "the words \"\(pieces(found.words))\""
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
    let targets = prompt.arbitraryWords(lists: Self.randomProbes) + (towards.map { [$0] } ?? [])
    let probes = try targets.map { words in
      try Waywardness(
        towards: words, penalty: Self.penalty, shape: prompt.bench.matrix, index: index,
        training: Waywardness.Training(
          encoder: prompt.encoder, assembly: prompt.bench.assembly, features: training, scale: prompt.scale,
          settings: settings), measure: prompt.bench.measure)
    }
    let accuracy = prompt.accuracy(prompt.predictions)
    var table = Table(
      columns: [
        .text("words"), .number("accuracy"), .number("of the words alone"), .number("words kept"),
        .number("mean distance"), .text("verdict"),
      ])
    for probe in probes {
      table.append(
        pieces(Array(probe.words.prefix(prompt.length))), "\(probe.accuracy)", "\(probe.wordAccuracy)",
        "\(probe.keptWords)", "\(probe.distance)", probe.verdict(against: accuracy).rawValue)
    }
    var part = ReportPart(
      key: "waywardness",
      json: [
        "penalty": .number(Self.penalty), "epochs": JSON(settings.epochs), "learning_rate": .number(learningRate),
        "context_accuracy": .number(accuracy),
        "probes": .array(
          probes.map { probe in
            [
              "words": .array(probe.words.map { .string(prompt.decoded.piece($0)) }),
              "accuracy": .number(probe.accuracy), "word_accuracy": .number(probe.wordAccuracy),
              "words_kept": .number(probe.keptWords), "mean_distance": .number(probe.distance),
              "verdict": .string(probe.verdict(against: accuracy).rawValue),
            ]
          }),
      ])
    part.tables = [("waywardness", table)]
    part.findings = try probes.map { probe in
      let context = try prompt.bench.matrix.holding(probe.context)
      let sides = try prompt.sides(of: context).sides
      return Finding(sentence(probe, accuracy, sides), "waywardness.csv")
    }
    return part
  }

  private func sentence(_ probe: Waywardness, _ accuracy: Double, _ sides: ChangedSides) -> String {
    let words = "\"\(pieces(Array(probe.words.prefix(min(prompt.length, 8)))))\(prompt.length > 8 ? " …" : "")\""
    let result =
      "a context trained near the arbitrary words \(words) classifies \(probe.accuracy.percentage) where the learned one "
      + "classifies \(accuracy.percentage) (\(sides.verdict(images: prompt.images))) and the words alone "
      + "\(probe.wordAccuracy.percentage)"
    switch probe.verdict(against: accuracy) {
    case .arbitrary:
      return
        "Nearest words identify nothing here: \(result), and \(probe.keptWords.percentage) of its nearest words are "
        + "those."
    case .costly:
      return
        "Not just any words will do: \(result) while \(probe.keptWords.percentage) of its nearest words are those."
    case .wordsLost:
      return
        "This probe says nothing: \(result), but only \(probe.keptWords.percentage) of its nearest words are those."
    }
  }
}
