import PromptLensEvaluation
import PromptLensPrompts

/// A request for templates: individual ones, a published list or a file.
package struct TemplateRequest: Sendable {
  /// The individual templates.
  package var templates: [Template]
  /// The name of a published list, or a file with one template a line.
  package var list: String?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - templates: the individual templates.
  ///   - list: the name of a published list, or a file with one template a line.
  package init(templates: [Template] = [], list: String? = nil) {
    self.templates = templates
    self.list = list
  }

  /// Whether the request is empty, so that the data set's own template is used.
  package var isEmpty: Bool { templates.isEmpty && list == nil }

  /// The request as text; nil for the data set's own template.
  package var text: String? {
    isEmpty ? nil : (templates.map(\.text) + (list.map { [$0] } ?? [])).joined(separator: " | ")
  }

  /// Returns the requested templates, or else the data set's own, or else "a photo of a {}.".
  ///
  /// - Parameter own: the data set's own template.
  /// - Returns: the templates, at least one.
  /// - Throws: the errors of reading a list, or an error for a template without a placeholder for the class name.
  package func resolved(own: String?) throws -> [Template] {
    let asked = templates + (try list.map(Self.list) ?? [])
    return asked.isEmpty ? [try own.map { try Template($0) } ?? .photo] : asked
  }

  /// Reads a published list, or the lines of a file.
  ///
  /// - Parameter name: `clip-7`, `clip-80`, or a file.
  /// - Returns: the templates, at least one.
  /// - Throws: the errors of reading, or an error for a line without a placeholder for the class name.
  package static func list(_ name: String) throws -> [Template] {
    if let known = PublishedTemplates(rawValue: name.lowercased()) { return known.templates }
    let templates = try TextFile.read(name).filter { !$0.isEmpty }.map { try Template($0) }
    guard !templates.isEmpty else {
      throw ExperimentError.badTexts(path: name, reason: "it contains no templates; expected one a line, with {}")
    }
    return templates
  }
}
