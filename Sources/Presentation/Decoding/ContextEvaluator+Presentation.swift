import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension EvaluationSubject {
  /// The images, classes and class position in words.
  var sentence: String {
    "\(images.grouped) images of \(data), \(split), \(classes) classes, class name at the " + classPosition.rawValue
  }
}

extension ProjectionAnalysis {
  /// Returns a row for each vector that became its word alone, and a table of the way from the context to its words.
  package func tables(_ decoded: DecodedContext) -> [Table] {
    var table = Table(
      title: "Snapped to words: \(subject.sentence)",
      columns: [.number("#"), .text("word"), .number("accuracy"), .number("change")])
    for (position, accuracy) in projection.oneByOne.enumerated() {
      table.append(
        "\(position + 1)", sharedWord(at: position).map(decoded.label) ?? "each class's own", accuracy.percentage,
        change(accuracy - projection.accuracy))
    }
    table.append("all", "", projection.allTogether.percentage, change(projection.allTogether - projection.accuracy))
    table.append("none", "", projection.accuracy.percentage, "")
    var curve = Table(
      title: "From the context (0) to its words (1)", columns: [.number("share"), .number("accuracy")])
    for point in projection.curve { curve.append(point.share.formatted(decimals: 2), point.accuracy.percentage) }
    return [table, curve]
  }

  /// Returns the accuracies as JSON.
  package func json(_ decoded: DecodedContext) -> JSON {
    [
      "images": JSON(subject.images), "classes": JSON(subject.classes),
      "class_position": .string(subject.classPosition.rawValue),
      "accuracy": .number(projection.accuracy), "all_together": .number(projection.allTogether),
      "one_by_one": .array(
        projection.oneByOne.enumerated().map { position, accuracy in
          [
            "index": JSON(position + 1),
            "piece": sharedWord(at: position).map { .string(decoded.piece($0)) } ?? .null,
            "accuracy": .number(accuracy),
          ]
        }),
      "curve": .array(projection.curve.map { ["share": .number($0.share), "accuracy": .number($0.accuracy)] }),
    ]
  }

  private func change(_ difference: Double) -> String { (difference > 0 ? "+" : "") + points(difference) }
}

extension VectorWorthAnalysis {
  /// The most pairs in the table of interactions; the JSON holds all.
  private static let pairRows = 5

  /// The accuracy lost with each vector, and the pairs that interact most.
  package var tables: [Table] { [positions, interactions] }

  private var positions: Table {
    var table = Table(
      title: "Accuracy lost with each vector: \(subject.sentence); \(ablation.accuracy.percentage) with all, "
        + "\(shapley.nothing.percentage) with mean words alone",
      columns: [.number("#")] + Replacement.allCases.map { .number($0.rawValue) } + [.number("Shapley value")])
    for position in shapley.values.indices {
      let losses = Replacement.allCases.map { replacement in
        let loss = points(ablation.losses(replacement)[position])
        return replacement == .random ? "\(loss) ± \(points(ablation.randomErrors[position]))" : loss
      }
      table.append(
        ["\(position + 1)"] + losses + ["\(points(shapley.values[position])) ± \(points(shapley.errors[position]))"])
    }
    return table
  }

  private var interactions: Table {
    var table = Table(
      title: "Pairs that interact most, replaced by mean words: above 0 either suffices, below 0 they need each other",
      columns: [.number("#"), .number("#"), .number("points")])
    let pairs = ablation.interactions.indices.flatMap { first in
      (0..<first).map { ($0, first, ablation.interactions[first][$0]) }
    }
    for (first, second, interaction) in pairs.sorted(by: { abs($0.2) > abs($1.2) }).prefix(Self.pairRows)
    where interaction != 0 {
      table.append("\(first + 1)", "\(second + 1)", points(interaction))
    }
    return table
  }

  /// The accuracies and shares as JSON.
  package var json: JSON {
    var accuracies = JSON.Object()
    for replacement in Replacement.allCases {
      accuracies[replacement.rawValue] = .numbers(ablation.accuracies[replacement] ?? [])
    }
    return [
      "images": JSON(subject.images), "classes": JSON(subject.classes),
      "class_position": .string(subject.classPosition.rawValue),
      "accuracy": .number(ablation.accuracy), "accuracies": .object(accuracies),
      "random_standard_errors": .numbers(ablation.randomErrors),
      "interactions": .matrix(ablation.interactions),
      "shapley": [
        "values": .numbers(shapley.values), "standard_errors": .numbers(shapley.errors),
        "permutations": JSON(shapley.permutations), "nothing": .number(shapley.nothing),
        "everything": .number(shapley.everything),
      ],
    ]
  }
}

/// Returns a difference of accuracies in percentage points.
private func points(_ difference: Double) -> String { (difference * 100).formatted(decimals: 2) }
