import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments

/// Candidates on a target beside a line through published models.
package struct PublishedComparison: Sendable, Equatable {
  /// A candidate.
  package struct Result: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The accuracy that the line predicts.
    package let expected: Double
    /// The accuracy beyond that, the mean over runs.
    package let effectiveRobustness: Double
  }

  /// The target's name for columns.
  package let target: String
  /// The line.
  package let line: PublishedLine
  /// The candidates.
  package let results: [Result]

  /// Returns the key of a known data set; nil for other data.
  static func key(_ source: DataSource) -> String? {
    if case .named(let known) = source.kind, source.corruption == nil { known.key } else { nil }
  }

  /// Compares the results on a target.
  ///
  /// - Parameters:
  ///   - target: the results on the target, and on the source with its classes.
  ///   - key: the target's key among known data sets.
  ///   - source: the results on the source with all its classes.
  /// - Returns: a comparison for each line from ImageNet to the target.
  static func all(
    _ target: TransferDocument.Target, key: String, source: TransferDocument.Source
  ) -> [PublishedComparison] {
    PublishedLine.all.filter { $0.target == key }.map { line in
      PublishedComparison(
        target: target.name, line: line,
        results: zip(target.results, source.results).map { result, whole in
          let images = line.usesSharedClasses ? target.sourceImageCount : source.imageCount
          func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
          let x = line.usesSharedClasses ? mean(result.sourceAccuracies) : whole.accuracy.mean
          let expected = line.expectedTarget(atSource: x, of: images)
          return Result(
            name: result.name, expected: expected, effectiveRobustness: mean(result.targetAccuracies) - expected)
        })
    }
  }
}

extension PublishedComparison {
  var json: JSON {
    [
      "target": .string(target), "key": .string(line.target), "models": .string(line.models.rawValue),
      "n": JSON(line.count), "source_classes": line.usesSharedClasses ? "shared" : "all", "slope": .number(line.slope),
      "intercept": .number(line.intercept), "r2": .number(line.determination), "date": .string(PublishedLine.date),
      "results": .array(
        results.map {
          [
            "name": .string($0.name), "expected": .number($0.expected),
            "effective_robustness": .number($0.effectiveRobustness),
          ]
        }),
    ]
  }

  init?(_ node: JSONNode) throws {
    let (key, models) = (try node.string("key"), try node.string("models"))
    guard let line = PublishedLine.all.first(where: { $0.target == key && $0.models.rawValue == models }) else {
      return nil
    }
    self.init(
      target: try node.string("target"), line: line,
      results: try node.array("results").map {
        Result(
          name: try $0.string("name"), expected: try $0.share("expected"),
          effectiveRobustness: try $0.number("effective_robustness"))
      })
  }
}
