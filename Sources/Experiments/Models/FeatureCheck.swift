import PromptLensCheckpoints

/// A comparison of features with the expected ones.
package struct FeatureCheck: Sendable {
  /// The features, "golden text features" or "image features of expected.json".
  package let name: String
  /// The difference.
  package let difference: FeatureDifference
  /// The largest accepted difference.
  package let tolerance: Double

  /// Creates a comparison.
  package init(name: String, difference: FeatureDifference, tolerance: Double) {
    self.name = name
    self.difference = difference
    self.tolerance = tolerance
  }

  /// Whether the largest difference is within the tolerance.
  package var agrees: Bool { difference.largest <= tolerance }

  /// Computes the golden features of a model folder again and compares them; returns an empty array without such
  /// features.
  ///
  /// - Throws: errors of reading the folder and of the towers.
  package static func golden(of model: ModelFolder, tolerance: Double? = nil) throws -> [FeatureCheck] {
    guard let golden = try GoldenFeatures.read(from: model) else { return [] }
    let (texts, images) = try golden.compare(with: model)
    return [("golden text features", texts), ("golden image features", images)].map {
      FeatureCheck(name: $0, difference: $1, tolerance: tolerance ?? golden.tolerance)
    }
  }
}

extension [FeatureCheck] {
  /// Throws an error for the first disagreement.
  ///
  /// - Throws: ``ExperimentError/featuresDiffer(model:check:largest:tolerance:)``.
  package func requireAgreement(model: String) throws(ExperimentError) {
    guard let worst = first(where: { !$0.agrees }) else { return }
    throw .featuresDiffer(
      model: model, check: worst.name, largest: worst.difference.largest, tolerance: worst.tolerance)
  }
}
