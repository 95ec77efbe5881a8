/// A hand-written prompt with `{}` where the class name goes.
package struct Template: Sendable, Hashable, CustomStringConvertible {
  /// The prompt as written.
  package let text: String

  /// "a photo of a {}.", the template of most data sets.
  package static let photo = Template(unchecked: "a photo of a {}.")

  /// Reads a template.
  ///
  /// - Throws: ``PromptError/templateWithoutPlaceholder(template:)`` when `text` has no `{}`.
  package init(_ text: String) throws(PromptError) {
    guard text.contains("{}") else { throw .templateWithoutPlaceholder(template: text) }
    self.text = text
  }

  private init(unchecked text: String) { self.text = text }

  /// Returns the prompt for a class.
  package func prompt(for className: String) -> String { text.replacing("{}", with: className) }

  /// The prompt as written.
  package var description: String { text }
}
