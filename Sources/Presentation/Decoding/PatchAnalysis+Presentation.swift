import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension PatchAnalysis {
  /// The patches of every token, under `image_vectors`.
  package var vectorsJSON: JSON {
    .array(
      readings.map { reading in
        [
          "layer": JSON(reading.block), "index": JSON(reading.index + 1),
          "patches": .array(
            reading.nearest.map {
              [
                "path": .string(paths[$0.image]), "row": JSON(row(of: $0)), "column": JSON(column(of: $0)),
                "similarity": .number($0.similarity),
              ]
            }), "random": reading.random.json, "mixtures": reading.mixtures.json,
          "verdict": .string(reading.verdict.rawValue), "sentence": .string(reading.sentence),
        ]
      })
  }

  /// The images and the conclusion, under `patches`.
  package var json: JSON {
    var json = JSON.Object()
    json["data"] = .string(data)
    json["split"] = .string(split.rawValue)
    json["images"] = JSON(paths.count)
    json["images_available"] = JSON(available)
    json["rows"] = JSON(grid.height)
    json["columns"] = JSON(grid.width)
    json["random_vectors"] = JSON(nullCount)
    json["verdict"] = .string(sentence)
    remarks.write(to: &json)
    return .object(json)
  }

  /// The tables of patches and of the conclusion.
  package var tables: [Table] {
    var table = Table(
      title: "Nearest patches of the image tower's tokens",
      columns: [
        .number("layer"), .number("#"), .text("image"), .number("row"), .number("column"), .number("cosine"),
        .number("p random"), .number("p mixtures"), .text("verdict"),
      ])
    for reading in readings {
      for (rank, patch) in reading.nearest.enumerated() {
        let isFirst = rank == 0
        table.append(
          isFirst ? "\(reading.block)" : "", isFirst ? "\(reading.index + 1)" : "", paths[patch.image],
          "\(row(of: patch))", "\(column(of: patch))", patch.similarity.formatted(decimals: 3),
          isFirst ? reading.random.correctedP.formatted(decimals: 4) : "",
          isFirst ? reading.mixtures.correctedP.formatted(decimals: 4) : "", isFirst ? reading.sentence : "")
      }
    }
    var summary = Table(columns: [.text("patches"), .text("")])
    summary.append("images", "\(paths.count.grouped) of \(data), \(split), \(grid.height) × \(grid.width) patches each")
    summary.append(
      "controls",
      "\(nullCount.grouped) random directions, and as many mixtures of \(PatchSearch.mixtureSize) patches, among the same "
        + "patches")
    summary.append("verdict", sentence)
    return [table, summary]
  }

  /// The finding on all tokens.
  package var sentence: String {
    let count = readings.count
    let (near, own) = (
      readings.count { $0.verdict != .chance }, readings.count { $0.verdict == .closer }
    )
    guard near > 0 else {
      return "No token of \(count) is shown to be nearer to a patch than random directions are."
    }
    guard own > 0 else {
      return
        "\(near) of \(count) tokens are nearer to a patch than random directions, but none is nearer than mixtures of "
        + "\(PatchSearch.mixtureSize) patches, which mean none of them: that shows where the tokens lie, not that they stand "
        + "for these patches."
    }
    return
      "\(own) of \(count) tokens are nearer to a patch than random directions and than mixtures of "
      + "\(PatchSearch.mixtureSize) patches."
  }
}

extension PatchReading {
  /// The finding on one token.
  var sentence: String {
    switch verdict {
    case .chance: "not shown nearer than random directions"
    case .closer: "nearer than random directions and than mixtures of patches"
    case .position, .word: "nearer than random directions, not than mixtures of patches"
    }
  }
}
