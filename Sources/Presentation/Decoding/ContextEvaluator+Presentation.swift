import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension EvaluationSubject {
  /// The images, classes and class position in words.
  var sentence: String {
    "\(images.counting("image")) of \(data), \(split), \(classes.counting("class", plural: "classes")), class name at the "
      + classPosition.rawValue
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

/// Returns a difference of accuracies in percentage points.
private func points(_ difference: Double) -> String { (difference * 100).formatted(decimals: 2) }
