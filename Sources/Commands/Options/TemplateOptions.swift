import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensEvaluation

/// Which hand-written prompts.
struct TemplateOptions: ParsableArguments {
  @Option(
    name: [.short, .long], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Prompts with {} for the class name (default: the data set's own, else \"\(Template.photo)\").",
      valueName: "template"),
    transform: { try Template($0) })
  var template: [Template] = []

  @Option(
    help: ArgumentHelp(
      "A list of prompts: clip-7 or clip-80, those of CLIP's authors for ImageNet, or a file with one a line.",
      valueName: "list"))
  var templates: String?

  /// The templates that were given, else the data set's own.
  func resolved(own: String?) throws -> [Template] {
    let given = template + (try templates.map(Self.list) ?? [])
    return given.isEmpty ? [try own.map { try Template($0) } ?? .photo] : given
  }

  /// What was given, as text; nil for the data set's own template.
  var given: String? {
    let texts = template.map(\.text) + (templates.map { [$0] } ?? [])
    return texts.isEmpty ? nil : texts.joined(separator: " | ")
  }

  /// A published list, or the lines of a file.
  ///
  /// - Throws: what reading throws, or an error for a line without a place for the class name.
  static func list(_ name: String) throws -> [Template] {
    if let known = PublishedTemplates(rawValue: name.lowercased()) { return known.templates }
    let templates = try TextFile.read(name).filter { !$0.isEmpty }.map { try Template($0) }
    guard !templates.isEmpty else {
      throw ExperimentError.badTexts(path: name, reason: "there is no template in it; expected one a line, with {}")
    }
    return templates
  }
}
