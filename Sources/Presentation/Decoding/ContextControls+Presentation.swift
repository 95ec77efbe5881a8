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
    table.append("limit", limitSentence)
    if vectors.contains(where: { $0.initial == nil }) {
      table.append("before learning", "not known; a run folder says it, or --initial")
    }
    table.append(
      "words to their nearest words",
      "\(wordNeighbors.mean.formatted(decimals: 4)) ± \(wordNeighbors.deviation.formatted(decimals: 4)) "
        + "(\(wordNeighbors.values.count.grouped) words)")
    table.append(
      "random vectors",
      "\(randomCount.grouped), and as many mixtures of \(Self.mixtureSize) words, at each vector's length")
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
        .text("nearest"), .text("kind"), .number("l2"), .number("explained"), .number("p random"),
        .number("p mixtures"),
        .number("z random"), .number("z words"), .number("length"),
      ] + (isTrained ? [.number("z initial"), .number("moved"), .text("initial word")] : []) + [.text("verdict")])
    func number(_ value: Double?) -> String { value?.formatted(decimals: 2) ?? "–" }
    for (index, vector) in vectors.enumerated() {
      let initial = vector.initial.map {
        [number($0.zScore), $0.moved.formatted(decimals: 4), $0.keepsWord ? "kept" : "left"]
      }
      table.append(
        decoded.vectorCells(index) + [
          decoded.label(vector.nearest.id), vector.kind.rawValue, vector.nearest.distance.formatted(decimals: 4),
          vector.explained.percentage, vector.random.correctedP.probabilityCell,
          vector.mixtures.correctedP.probabilityCell, number(vector.randomZScore),
          number(vector.wordZScore), number(vector.normRatio),
        ] + (initial ?? []) + [vector.sentence])
    }
    return table
  }

  /// Returns the comparison as JSON.
  package func json(_ decoded: DecodedContext) -> JSON {
    return [
      "verdict": .string(sentence), "verdict_kind": .string(verdict.rawValue), "limit": .string(limitSentence),
      "close": JSON(closeCount), "close_among_mixtures": JSON(closeAmongMixtures), "distinct": JSON(distinctCount),
      "close_by_chance": .number(closeByChance), "chance_probability": .number(chanceProbability),
      "mixture_probability": .number(mixtureProbability), "smallest_corrected_p": .number(smallestProbability),
      "effective_ranks": .array(effectiveRanks.map { .number($0) }),
      "median_word_norm": .number(medianWordNorm),
      "word_neighbor_distance": [
        "mean": .number(wordNeighbors.mean), "deviation": .number(wordNeighbors.deviation),
        "words": JSON(wordNeighbors.values.count),
      ],
      "random_vectors": JSON(randomCount),
      "vectors": .array(vectors.enumerated().map { $1.json(index: $0, decoded) }),
    ]
  }
}

extension NearnessTest {
  /// The comparison as JSON.
  var json: JSON {
    ["certainty": .number(certainty), "p": .number(p), "corrected_p": .number(correctedP)]
  }
}

extension VectorControl {
  /// Returns the comparison of a vector as JSON.
  fileprivate func json(index: Int, _ decoded: DecodedContext) -> JSON {
    var members = JSON.Object()
    members["index"] = JSON(decoded.number(ofVector: index))
    members["class"] = decoded.className(ofVector: index).map { .string($0) } ?? .null
    members["piece"] = .string(decoded.piece(nearest.id))
    members["id"] = JSON(nearest.id)
    members["kind"] = .string(kind.rawValue)
    members["distance"] = .number(nearest.distance)
    members["margin"] = .optional(margin)
    members["explained"] = .number(explained)
    members["is_entry"] = .bool(isEntry)
    members["nearer_to_mean_word"] = .bool(isNearerToMeanWord)
    members["certainty"] = .number(random.certainty)
    members["random"] = random.json
    members["mixtures"] = mixtures.json
    members["z_random"] = .optional(randomZScore)
    members["z_words"] = .optional(wordZScore)
    members["norm_ratio"] = .number(normRatio)
    members["verdict"] = .string(verdict.rawValue)
    members["sentence"] = .string(sentence)
    members["initial"] = initial?.json ?? .null
    return .object(members)
  }
}

extension VectorControl.Initial {
  fileprivate var json: JSON {
    [
      "distance": .number(distance), "z": .optional(zScore), "moved": .number(moved), "keeps_word": .bool(keepsWord),
      "certainty": .number(certainty),
    ]
  }
}
