import PromptLensExperiments
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

/// One comparison of features, its measure and its verdict.
struct FeatureCheck {
  /// What was compared: "golden text features", "image features of expected.json".
  let name: String
  let difference: FeatureDifference
  let tolerance: Double

  var agrees: Bool { difference.largest <= tolerance }

  var verdict: String { agrees ? "agrees" : "DIFFERS" }

  /// The comparison in one line.
  var summary: String {
    "\(verdict): largest difference \(difference.largest.scientific), mean \(difference.mean.scientific), of "
      + "\(difference.count); tolerance \(tolerance.scientific)"
  }

  var json: JSON {
    [
      "check": .string(name), "count": JSON(difference.count), "largest_difference": .number(difference.largest),
      "mean_difference": .number(difference.mean), "tolerance": .number(tolerance), "agrees": .bool(agrees),
    ]
  }

  /// The golden features of a model folder, computed again; empty when it has none.
  static func golden(of model: ModelFolder, tolerance: Double? = nil) throws -> [FeatureCheck] {
    guard let golden = try GoldenFeatures.read(from: model) else { return [] }
    let (texts, images) = try golden.compare(with: model)
    return [("golden text features", texts), ("golden image features", images)].map {
      FeatureCheck(name: $0, difference: $1, tolerance: tolerance ?? golden.tolerance)
    }
  }
}

extension [FeatureCheck] {
  /// Throws the first disagreement, once all are printed.
  func requireAgreement(model: String) throws(ExperimentError) {
    guard let worst = first(where: { !$0.agrees }) else { return }
    throw .featuresDiffer(
      model: model, check: worst.name, largest: worst.difference.largest, tolerance: worst.tolerance)
  }
}

extension Double {
  /// Two digits and an exponent: 2.4e-07; 0 as it is.
  var scientific: String { self == 0 ? "0" : String(format: "%.1e", self) }
}
