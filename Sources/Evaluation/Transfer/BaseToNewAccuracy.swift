/// The accuracy on a prompt's base classes and on new classes, each classified among its own half.
///
/// Source: Zhou et al., "Conditional Prompt Learning for Vision-Language Models" (2022), section 4.1.
package struct BaseToNewAccuracy: Sendable, Equatable {
  /// The accuracy on the base classes.
  package let base: Double
  /// The accuracy on the new classes.
  package let new: Double

  /// Creates the measure from the two accuracies.
  ///
  /// - Parameters:
  ///   - base: the accuracy on the base classes.
  ///   - new: the accuracy on the new classes.
  package init(base: Double, new: Double) {
    self.base = base
    self.new = new
  }

  /// H, `2bn / (b + n)`: high only if both are high; 0 if both are 0.
  package var harmonicMean: Double { base + new > 0 ? 2 * base * new / (base + new) : 0 }
}
