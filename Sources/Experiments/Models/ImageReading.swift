import PromptLensImages

/// How image files are read; the reference's way by default.
package struct ImageReading: Sendable {
  /// When an image becomes RGB.
  package var order: EvaluationTransform.Order
  /// Whether images are turned as their EXIF orientation says.
  package var appliesOrientation: Bool

  /// A way of reading.
  package init(order: EvaluationTransform.Order = .convertFirst, appliesOrientation: Bool = false) {
    self.order = order
    self.appliesOrientation = appliesOrientation
  }
}
