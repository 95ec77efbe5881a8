import PromptLensJSONDocuments

extension ClassificationMetrics {
  /// Returns the members of a result document, including the class names.
  package func members(classNames: [String]) -> [(String, JSON)] {
    var members: [(String, JSON)] = [
      ("accuracy", .number(accuracy)), ("n", JSON(total)), ("ways", JSON(classCount)), ("correct", JSON(correct)),
      ("mean_per_class_accuracy", .number(meanPerClassAccuracy)), ("macro_f1", .number(macroF1)),
    ]
    if let interval = wilsonInterval {
      members.append(("accuracy_interval", [.number(interval.lowerBound), .number(interval.upperBound)]))
    }
    if let probabilities {
      members += [
        ("top5_accuracy", .number(probabilities.top5)),
        ("expected_calibration_error", .number(probabilities.expectedCalibrationError)),
        ("negative_log_likelihood", .number(probabilities.negativeLogLikelihood)),
      ]
    }
    members.append(
      (
        "classes",
        .array(
          classNames.enumerated().map { label, name in
            ["name": .string(name), "n": JSON(total(of: label)), "accuracy": .optional(accuracy(of: label))]
          })
      ))
    members.append(("confusion", .array(confusion.map { .array($0.map { JSON($0) }) })))
    return members
  }

  /// Decodes the members of a result document; the confusion matrix determines all but the metrics of probabilities.
  ///
  /// - Throws: `JSONError` when a member is missing or the confusion matrix isn't square.
  package init(decoding document: JSONNode) throws {
    let rows = try document.array("confusion")
    let counts = try rows.map { row in
      let counts = try row.array().map { try $0.integer() }
      guard counts.count == rows.count else {
        throw row.unexpected(expected: "\(rows.count) numbers", found: "\(counts.count)")
      }
      return counts
    }
    self.init(confusion: counts, probabilities: try ProbabilityMetrics(decoding: document))
  }

  /// Decodes the class names of a result document.
  package static func classNames(decoding document: JSONNode) throws -> [String] {
    try document.array("classes").map { try $0.string("name") }
  }
}

extension ProbabilityMetrics {
  /// Decodes the metrics of a result document, which doesn't contain bins; returns nil if it has none of them.
  fileprivate init?(decoding document: JSONNode) throws {
    guard let top5 = try document.optionalShare("top5_accuracy") else { return nil }
    self.init(
      top5: top5, negativeLogLikelihood: try document.number("negative_log_likelihood"),
      expectedCalibrationError: try document.share("expected_calibration_error"), bins: [])
  }
}
