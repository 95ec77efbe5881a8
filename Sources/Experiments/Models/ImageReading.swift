import PromptLensImages

/// The options for reading image files, by default the reference's.
package struct ImageReading: Sendable {
  /// The step at which an image becomes RGB.
  package var order: EvaluationTransform.Order
  /// Whether the EXIF orientation is applied.
  package var appliesOrientation: Bool
  /// Whether images that cannot be read are left out, and named, instead of being an error.
  package var skipsUnreadable: Bool

  /// Creates options.
  package init(
    order: EvaluationTransform.Order = .convertFirst, appliesOrientation: Bool = false, skipsUnreadable: Bool = false
  ) {
    self.order = order
    self.appliesOrientation = appliesOrientation
    self.skipsUnreadable = skipsUnreadable
  }
}
