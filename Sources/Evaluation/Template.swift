/// A hand-written prompt with `{}` where the class name goes.
public struct Template: Sendable, Equatable, CustomStringConvertible {
  /// The prompt as written.
  public let text: String

  /// "a photo of a {}.", the template of most data sets.
  public static let photo = Template(unchecked: "a photo of a {}.")

  /// Reads a template.
  ///
  /// - Throws: ``EvaluationError/templateWithoutPlace(template:)`` when `text` has no `{}`.
  public init(_ text: String) throws(EvaluationError) {
    guard text.contains("{}") else { throw .templateWithoutPlace(template: text) }
    self.text = text
  }

  private init(unchecked text: String) { self.text = text }

  /// The prompt for a class.
  public func prompt(for className: String) -> String { text.replacing("{}", with: className) }

  /// The prompt as written.
  public var description: String { text }
}
