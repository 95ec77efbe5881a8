import PromptLensJSONDocuments

extension ClassificationMetrics {
  /// Returns the members of a result document, including the class names.
  package func members(classNames: [String]) -> [(String, JSON)] {
    var members: [(String, JSON)] = [
      ("accuracy", .number(accuracy)), ("n", JSON(total)), ("class_count", JSON(classCount)),
      ("correct", JSON(correct)),
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
    if classCount <= Self.matrixLimit {
      members.append(("confusion", .array(confusionMatrix.map { .array($0.map { JSON($0) }) })))
    } else {
      members.append(
        ("confusion_pairs", .array(pairs.map { [JSON($0.label), JSON($0.prediction), JSON($0.count)] })))
    }
    return members
  }

  /// The largest number of classes whose confusions are written as a matrix; for more, the pairs that occur are.
  private static let matrixLimit = 1000

  /// Decodes the members of a result document; the confusions determine all but the metrics of probabilities.
  ///
  /// - Throws: `JSONError` when a member is missing, the confusion matrix isn't square, or a pair isn't one of classes.
  package init(decoding document: JSONNode) throws {
    let probabilities = try ProbabilityMetrics(decoding: document)
    guard let pairs = document["confusion_pairs"] else {
      let matrix = try Self.pairs(ofMatrix: document.array("confusion"))
      self.init(pairs: matrix.pairs, classCount: matrix.classCount, probabilities: probabilities)
      return
    }
    let classCount = try document.classCount()
    var last = (-1, -1)
    self.init(
      pairs: try pairs.array().map { node in
        let numbers = try node.array().map { try $0.integer() }
        guard numbers.count == 3, numbers[0] >= 0, numbers[0] < classCount, numbers[1] >= 0, numbers[1] < classCount,
          numbers[2] > 0, last < (numbers[0], numbers[1])
        else { throw node.unexpected(expected: "a true class, a predicted class and a count, in order") }
        last = (numbers[0], numbers[1])
        return Confusion(label: numbers[0], prediction: numbers[1], count: numbers[2])
      }, classCount: classCount, probabilities: probabilities)
  }

  private static func pairs(ofMatrix rows: [JSONNode]) throws -> (pairs: [Confusion], classCount: Int) {
    var pairs: [Confusion] = []
    for (label, row) in rows.enumerated() {
      let counts = try row.array().map { try $0.integer() }
      guard counts.count == rows.count, counts.allSatisfy({ $0 >= 0 }) else {
        throw row.unexpected(expected: "\(rows.count) counts", found: "\(counts.count)")
      }
      for (prediction, count) in counts.enumerated() where count > 0 {
        pairs.append(Confusion(label: label, prediction: prediction, count: count))
      }
    }
    return (pairs, rows.count)
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
