import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension DecodedDeepPrompt {
  /// The words of every layer with their controls, and the patches.
  package var results: Results {
    Results(json: .object(members), tables: tables, csv: csv)
  }

  /// The words and the patches under the keys of `decode --format json`.
  package var members: JSON.Object {
    var json = JSON.Object()
    json["prompt"] = .string(path)
    json["method"] = .string(method)
    if let first = layers.first?.words {
      json["metric"] = .string(first.metric.rawValue)
      json["centered"] = .bool(first.isCentered)
    }
    json["vectors"] = .array(
      layers.flatMap { layer in
        layer.words.words.indices.map { layer.words.vectorJSON($0).with("layer", JSON(layer.block)) }
      })
    json["layers"] = .array(layers.indices.map(layerJSON))
    if let controls { json["controls"] = controls.json }
    if let patches {
      json["image_vectors"] = patches.vectorsJSON
      json["patches"] = patches.json
    }
    return json
  }

  private func layerJSON(_ index: Int) -> JSON {
    let layer = layers[index]
    var json = JSON.Object()
    json["layer"] = JSON(layer.block)
    json["lens"] = layer.lens?.json ?? .null
    if let controls { json["controls"] = controls.layers[index].json(layer.words) }
    return .object(json)
  }

  /// The tables of words, lenses, controls and patches.
  package var tables: [Table] { tables(ofPatches: true) }

  /// Returns the tables of words, lenses and controls, and those of patches if asked for.
  func tables(ofPatches: Bool) -> [Table] {
    var tables: [Table] = []
    if let first = layers.first?.words {
      var table = Table(
        columns: [.number("layer")] + first.vectorColumnsOfLayers(layers)
          + (1...first.top).flatMap { [.text($0 == 1 ? "nearest" : "\($0)."), .number(first.metric.rawValue)] })
      for layer in layers {
        let words = layer.words
        for (index, list) in words.words.enumerated() {
          table.append(
            ["\(layer.block)"] + words.cells(index, among: layers)
              + list.flatMap { [words.label($0.id), $0.distance.formatted(decimals: 4)] }
              + [String](repeating: "", count: 2 * (words.top - list.count)))
        }
      }
      tables.append(table)
    }
    if let lensTable { tables.append(lensTable) }
    if let controls { tables += controls.tables(layers) }
    if ofPatches, let patches { tables += patches.tables }
    return tables
  }

  /// A table of each lens's accuracy on words, which limits its conclusions about prompts.
  private var lensTable: Table? {
    let lenses = layers.compactMap(\.lens)
    guard !lenses.isEmpty else { return nil }
    var table = Table(
      title: "Lenses, which read the layers in words",
      columns: [.number("layer"), .number("states"), .number("variance explained"), .number("words recovered")])
    for lens in lenses {
      table.append(
        "\(lens.depth)", lens.fitted.grouped, lens.explained?.percentage ?? "–", lens.recovered.percentage)
    }
    return table
  }

  /// The table with a row for each word of each vector, and for each patch, in full precision.
  private var csv: Table {
    var csv = Table(
      columns: [
        .text("tower"), .number("layer"), .text("class"), .number("index"), .number("rank"), .text("piece"),
        .number("id"), .number("distance"), .text("path"), .number("row"), .number("column"), .number("similarity"),
      ])
    for layer in layers {
      for (index, list) in layer.words.words.enumerated() {
        for (rank, word) in list.enumerated() {
          csv.append(
            "text", "\(layer.block)", layer.words.className(ofVector: index) ?? "",
            "\(layer.words.number(ofVector: index))", "\(rank + 1)", layer.words.piece(word.id), "\(word.id)",
            "\(word.distance)", "", "", "", "")
        }
      }
    }
    for reading in patches?.readings ?? [] {
      for (rank, patch) in reading.nearest.enumerated() {
        csv.append(
          "image", "\(reading.block)", "", "\(reading.index + 1)", "\(rank + 1)", "", "", "",
          patches?.paths[patch.image] ?? "", "\(patches?.row(of: patch) ?? 0)", "\(patches?.column(of: patch) ?? 0)",
          "\(patch.similarity)")
      }
    }
    return csv
  }
}

extension DecodedContext {
  /// The columns that say which vector a row is about, where some layer has vectors for each class.
  fileprivate func vectorColumnsOfLayers(_ layers: [DecodedDeepPrompt.Layer]) -> [Table.Column] {
    (layers.contains { $0.words.context.classCount != nil } ? [.text("class")] : []) + [.number("#")]
  }

  /// Returns the cells of these columns.
  fileprivate func cells(_ index: Int, among layers: [DecodedDeepPrompt.Layer]) -> [String] {
    let hasClasses = layers.contains { $0.words.context.classCount != nil }
    return (hasClasses ? [className(ofVector: index) ?? ""] : []) + ["\(number(ofVector: index))"]
  }
}

extension JSON {
  /// Returns an object with another member; other values as they are.
  fileprivate func with(_ key: String, _ value: JSON) -> JSON {
    guard case .object(var members) = self else { return self }
    members[key] = value
    return .object(members)
  }
}

extension WordLens {
  /// The lens as JSON.
  fileprivate var json: JSON {
    [
      "fitted_states": JSON(fitted), "held_out_states": JSON(heldOut), "explained": .optional(explained),
      "recovered": .number(recovered),
    ]
  }
}

extension LayerControls {
  /// The finding on all layers.
  package var sentence: String {
    let count =
      "\(closeCount) of \(distinctCount) nearer than 95 % of them, where chance gives "
      + "\(closeByChance.formatted(decimals: 1)), \(chanceProbability.asProbability)"
    let all = layers.count == 1 ? "As a group the vectors" : "As a group the vectors of all \(layers.count) layers"
    switch verdict {
    case .entries, .meanWord: return "Every vector equals a vocabulary entry."
    case .closer:
      return
        "\(all) are nearer to vocabulary entries than random vectors of their lengths (\(count)) and than mixtures of "
        + "\(ContextControls.mixtureSize) words (\(mixtureProbability.asProbability))."
    case .position:
      return
        "\(all) are nearer to vocabulary entries than random vectors of their lengths (\(count)), but not shown to be nearer "
        + "than mixtures of \(ContextControls.mixtureSize) words (\(mixtureProbability.asProbability)), which mean none of "
        + "them: that shows where the vectors lie, not that they mean these words."
    case .chance:
      return
        "\(all) are not shown to be nearer to vocabulary entries than random vectors of their lengths (\(count))."
    }
  }

  /// The comparison of all layers as JSON.
  package var json: JSON {
    [
      "verdict": .string(sentence), "verdict_kind": .string(verdict.rawValue), "close": JSON(closeCount),
      "close_among_mixtures": JSON(closeAmongMixtures), "distinct": JSON(distinctCount),
      "close_by_chance": .number(closeByChance), "chance_probability": .number(chanceProbability),
      "mixture_probability": .number(mixtureProbability),
      "smallest_corrected_p": .number(layers.map(\.smallestProbability).max() ?? 1),
    ]
  }

  /// Returns the tables: the vectors of every layer against controls, and the conclusions.
  func tables(_ decoded: [DecodedDeepPrompt.Layer]) -> [Table] {
    var table = Table(
      title: "Nearest words against controls",
      columns: [
        .number("layer"), .number("#"), .text("nearest"), .text("kind"), .number("l2"), .number("p random"),
        .number("p mixtures"), .number("length"), .number("moved"), .text("initial word"), .text("verdict"),
      ])
    for (layer, controls) in zip(decoded, layers) {
      for (index, vector) in controls.vectors.enumerated() {
        let name = layer.words.className(ofVector: index).map { "\($0) " } ?? ""
        table.append(
          "\(layer.block)", "\(name)\(layer.words.number(ofVector: index))", layer.words.label(vector.nearest.id),
          vector.kind.rawValue, vector.nearest.distance.formatted(decimals: 4),
          vector.random.correctedP.formatted(decimals: 4), vector.mixtures.correctedP.formatted(decimals: 4),
          vector.normRatio.formatted(decimals: 2), vector.initial?.moved.formatted(decimals: 4) ?? "–",
          vector.initial.map { $0.keepsWord ? "kept" : "left" } ?? "–", vector.sentence)
      }
    }
    var summary = Table(columns: [.text("controls"), .text("")])
    summary.append("verdict", sentence)
    for (layer, controls) in zip(decoded, layers) { summary.append("layer \(layer.block)", controls.sentence) }
    if let first = layers.first { summary.append("limit", first.limitSentence) }
    if layers.contains(where: { $0.vectors.contains { $0.initial == nil } }) {
      summary.append("before learning", "not known; a run folder says it, or --initial")
    }
    return [table, summary]
  }
}
