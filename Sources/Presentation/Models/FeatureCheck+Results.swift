import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension FeatureCheck {
  /// The verdict as text.
  package var verdict: String { agrees ? "agrees" : "DIFFERS" }

  /// The comparison in one line.
  package var summary: String {
    "\(verdict): largest difference \(difference.largest.scientific), mean \(difference.mean.scientific), of "
      + "\(difference.count); tolerance \(tolerance.scientific)"
  }

  /// The comparison as data.
  package var json: JSON {
    [
      "check": .string(name), "count": JSON(difference.count), "largest_difference": .number(difference.largest),
      "mean_difference": .number(difference.mean), "tolerance": .number(tolerance), "agrees": .bool(agrees),
    ]
  }
}
