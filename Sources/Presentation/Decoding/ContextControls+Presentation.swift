import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension ContextControls {
  /// Returns the table of vectors and the summary.
  package func tables(_ decoded: DecodedContext) -> [Table] { [vectorTable(decoded), summary(decoded)] }

  private func summary(_ decoded: DecodedContext) -> Table {
    var table = Table(columns: [.text("controls"), .text("")])
    table.append("verdict", sentence)
    table.append(
      "words to their nearest words",
      "\(wordNeighbors.mean.formatted(decimals: 4)) ± \(wordNeighbors.deviation.formatted(decimals: 4)) "
        + "(\(wordNeighbors.values.count.grouped) words)")
    table.append("random vectors", "\(randomCount.grouped) of each length")
    table.append("median length of words", medianWordNorm.formatted(decimals: 4))
    let ranks = Sample(effectiveRanks)
    table.append(
      "effective rank",
      ranks.values.count == 1
        ? "\(ranks.mean.formatted(decimals: 2)) of \(decoded.context.length)"
        : "\(ranks.mean.formatted(decimals: 2)) ± \(ranks.deviation.formatted(decimals: 2)) of \(decoded.context.length)"
    )
    return table
  }

  private func vectorTable(_ decoded: DecodedContext) -> Table {
    let isTrained = vectors.contains { $0.initial != nil }
    var table = Table(
      title: "Nearest words against controls",
      columns: decoded.vectorColumns + [
        .text("nearest"), .number("l2"), .number("z random"), .number("z words"), .number("length"),
      ] + (isTrained ? [.number("z initial"), .number("moved"), .text("initial word")] : []) + [.text("verdict")])
    func number(_ value: Double?) -> String { value?.formatted(decimals: 2) ?? "–" }
    for (index, vector) in vectors.enumerated() {
      let initial = vector.initial.map {
        [number($0.zScore), $0.moved.formatted(decimals: 4), $0.keepsWord ? "kept" : "left"]
      }
      table.append(
        decoded.vectorCells(index) + [
          decoded.label(vector.nearest.id), vector.nearest.distance.formatted(decimals: 4), number(vector.randomZScore),
          number(vector.wordZScore), number(vector.normRatio),
        ] + (initial ?? []) + [vector.sentence])
    }
    return table
  }

  /// Returns the comparison as JSON.
  package func json(_ decoded: DecodedContext) -> JSON {
    func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    return [
      "verdict": .string(sentence), "close": JSON(closeCount),
      "close_by_chance": .number(closeByChance), "chance_probability": .number(chanceProbability),
      "effective_ranks": .array(effectiveRanks.map { .number($0) }),
      "median_word_norm": .number(medianWordNorm),
      "word_neighbor_distance": [
        "mean": .number(wordNeighbors.mean), "deviation": .number(wordNeighbors.deviation),
        "words": JSON(wordNeighbors.values.count),
      ],
      "random_vectors": JSON(randomCount),
      "vectors": .array(
        vectors.enumerated().map { index, vector in
          [
            "index": JSON(decoded.number(ofVector: index)),
            "class": decoded.className(ofVector: index).map { .string($0) } ?? .null,
            "piece": .string(decoded.piece(vector.nearest.id)), "id": JSON(vector.nearest.id),
            "distance": .number(vector.nearest.distance), "certainty": .number(vector.certainty),
            "z_random": number(vector.randomZScore), "z_words": number(vector.wordZScore),
            "norm_ratio": .number(vector.normRatio), "verdict": .string(vector.verdict.name),
            "sentence": .string(vector.sentence),
            "initial": vector.initial.map {
              [
                "distance": .number($0.distance), "z": number($0.zScore), "moved": .number($0.moved),
                "keeps_word": .bool($0.keepsWord),
              ]
            } ?? .null,
          ]
        }),
    ]
  }
}

extension WordVerdict {
  /// The verdict's name in JSON.
  fileprivate var name: String {
    switch self {
    case .word: "word"
    case .closer: "closer"
    case .chance: "chance"
    }
  }
}
