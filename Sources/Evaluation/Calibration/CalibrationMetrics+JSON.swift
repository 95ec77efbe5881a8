import PromptLensJSONDocuments

extension CalibrationMetrics {
  /// The members that documents give the metrics.
  package var json: JSON {
    [
      "n": JSON(count), "accuracy": .number(accuracy), "confidence": .number(confidence),
      "nll": .number(negativeLogLikelihood), "brier": .number(brierScore), "ece": .number(equalWidth),
      "ece_equal_mass": .number(equalMass), "adaptive_ece": .number(adaptive), "classwise_ece": .number(classWise),
      "bins": .array(
        bins.map {
          [
            "low": .number($0.range.lowerBound), "high": .number($0.range.upperBound), "n": JSON($0.count),
            "accuracy": .optional($0.accuracy), "confidence": .optional($0.confidence),
          ]
        }),
    ]
  }
}
