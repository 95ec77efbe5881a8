/// Accuracy on the classes that a prompt was learned for and on the others, each among its own half.
///
/// Source: Zhou et al., "Conditional Prompt Learning for Vision-Language Models" (2022), section 4.1.
package struct BaseToNewAccuracy: Sendable, Equatable {
  /// The accuracy on the base classes, among them.
  package let base: Double
  /// The accuracy on the new classes, among them.
  package let new: Double

  /// Creates the measure from the two accuracies.
  ///
  /// - Parameters:
  ///   - base: on the base classes.
  ///   - new: on the new classes.
  package init(base: Double, new: Double) {
    self.base = base
    self.new = new
  }

  /// H, `2bn / (b + n)`: high only when both are; 0 when both are 0.
  package var harmonicMean: Double { base + new > 0 ? 2 * base * new / (base + new) : 0 }
}
