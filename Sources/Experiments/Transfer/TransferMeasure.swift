import PromptLensEvaluation

/// A measure that a transfer study pools over runs, with its name in documents.
package enum TransferMeasure: String, Sendable, CaseIterable {
  case sourceAccuracy = "source_accuracy"
  case targetAccuracy = "target_accuracy"
  /// The source's accuracy minus the target's.
  case absoluteDrop = "absolute_drop"
  /// The drop as a share of the source's accuracy.
  case relativeDrop = "relative_drop"
  /// The gain over zero-shot CLIP on the source.
  case sourceGain = "source_gain"
  /// The gain over zero-shot CLIP on the target.
  case targetGain = "target_gain"
  /// The target's gain over the source's.
  case transferRatio = "transfer_ratio"
  /// The target's accuracy above the baselines' line.
  case effectiveRobustness = "effective_robustness"
  /// The expected calibration error on the source.
  case sourceCalibrationError = "source_ece"
  /// The expected calibration error on the target.
  case targetCalibrationError = "target_ece"
}
