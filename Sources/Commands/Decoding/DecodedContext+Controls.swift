import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension DecodedContext {
  /// What the controls found.
  func section(of controls: ContextControls) -> DecodeSection {
    DecodeSection(
      key: "controls", json: json(of: controls), tables: [vectorTable(of: controls), summary(of: controls)])
  }

  private func summary(of controls: ContextControls) -> Table {
    let neighbours = controls.wordNeighbors
    var table = Table(columns: [.text("controls"), .text("")])
    table.append("verdict", controls.sentence)
    table.append(
      "words to their nearest words",
      "\(neighbours.mean.formatted(decimals: 4)) ± \(neighbours.deviation.formatted(decimals: 4)) "
        + "(\(neighbours.values.count.grouped) words)")
    table.append("random vectors", "\(controls.randomCount.grouped) of each length")
    table.append("median length of words", controls.medianWordNorm.formatted(decimals: 4))
    let ranks = Sample(controls.effectiveRanks)
    table.append(
      "effective rank",
      ranks.values.count == 1
        ? "\(ranks.mean.formatted(decimals: 2)) of \(context.length)"
        : "\(ranks.mean.formatted(decimals: 2)) ± \(ranks.deviation.formatted(decimals: 2)) of \(context.length)")
    return table
  }

  private func vectorTable(of controls: ContextControls) -> Table {
    let isTrained = controls.vectors.contains { $0.initial != nil }
    var table = Table(
      title: "Nearest words against controls",
      columns: vectorColumns + [
        .text("nearest"), .number("l2"), .number("z random"), .number("z words"), .number("length"),
      ] + (isTrained ? [.number("z initial"), .number("moved"), .text("initial word")] : []) + [.text("verdict")])
    func number(_ value: Double?) -> String { value?.formatted(decimals: 2) ?? "–" }
    for (index, vector) in controls.vectors.enumerated() {
      let initial = vector.initial.map {
        [number($0.zScore), $0.moved.formatted(decimals: 4), $0.keepsWord ? "kept" : "left"]
      }
      table.append(
        vectorCells(index) + [
          piece(vector.nearest.id), vector.nearest.distance.formatted(decimals: 4), number(vector.randomZScore),
          number(vector.wordZScore), number(vector.normRatio),
        ] + (initial ?? []) + [vector.sentence])
    }
    return table
  }

  private func json(of controls: ContextControls) -> JSON {
    func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    return [
      "verdict": .string(controls.sentence), "close": JSON(controls.closeCount),
      "close_by_chance": .number(controls.closeByChance), "chance_probability": .number(controls.chanceProbability),
      "effective_ranks": .array(controls.effectiveRanks.map { .number($0) }),
      "median_word_norm": .number(controls.medianWordNorm),
      "word_neighbour_distance": [
        "mean": .number(controls.wordNeighbors.mean), "deviation": .number(controls.wordNeighbors.deviation),
        "words": JSON(controls.wordNeighbors.values.count),
      ],
      "random_vectors": JSON(controls.randomCount),
      "vectors": .array(
        controls.vectors.enumerated().map { index, vector in
          [
            "index": JSON(place(ofVector: index)), "class": className(ofVector: index).map { .string($0) } ?? .null,
            "piece": .string(piece(vector.nearest.id)), "id": JSON(vector.nearest.id),
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
