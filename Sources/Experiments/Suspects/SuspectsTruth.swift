import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments

extension SuspectsResult {
  /// The given labels that differ from those of the data set, and how well the order of suspicion finds them.
  package struct Truth: Sendable, Equatable {
    /// The file of the given labels.
    package let given: String
    /// The number of given labels that differ from the data set's own.
    package let wrong: Int
    /// The first labels that ``precisionOfFirst`` is about: 100, or all where there are fewer.
    package let first: Int
    /// The share of wrong ones among the first labels.
    package let precisionOfFirst: Double
    /// The detection of the wrong ones by the score and by the flags.
    package let detection: NoiseDetection

    /// The number of first labels that are measured.
    private static let firstCount = 100

    /// Measures an order of suspicion.
    ///
    /// - Parameters:
    ///   - labels: every label, the most suspicious first.
    ///   - given: the file of the labels.
    ///   - dataset: the images with their own labels.
    /// - Throws: `EvaluationError` without labels.
    init(of labels: [ScoredLabel], as given: String, by dataset: Dataset) throws {
      var own: [String: String] = [:]
      for split in dataset.pooledSplits {
        for item in dataset[split] { own[item.path] = dataset.classNames[item.label] }
      }
      let isWrong = labels.map { own[$0.path] != $0.given }
      self.given = given
      wrong = isWrong.count { $0 }
      first = min(Self.firstCount, labels.count)
      precisionOfFirst = Double(isWrong.prefix(first).count { $0 }) / Double(max(first, 1))
      detection = try NoiseDetection(scores: labels.map(\.score), flags: labels.map(\.isFlagged), isWrong: isWrong)
    }

    init(_ node: JSONNode) throws {
      given = try node.string("given_labels")
      wrong = try node.integer("wrong")
      first = try node.integer("first")
      precisionOfFirst = try node.share("precision_at_100")
      detection = NoiseDetection(
        precision: try node.optionalShare("precision"), recall: try node.optionalShare("recall"),
        areaUnderCurve: try node.optionalShare("auroc"), averagePrecision: try node.optionalShare("average_precision"),
        flagged: try node.integer("flagged"))
    }

    var json: JSON {
      [
        "given_labels": .string(given), "wrong": JSON(wrong), "first": JSON(first),
        "precision_at_100": .number(precisionOfFirst), "auroc": .optional(detection.areaUnderCurve),
        "average_precision": .optional(detection.averagePrecision), "flagged": JSON(detection.flagged),
        "precision": .optional(detection.precision), "recall": .optional(detection.recall),
      ]
    }
  }
}
