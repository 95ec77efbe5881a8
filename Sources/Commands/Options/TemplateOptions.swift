import ArgumentParser
import PromptLensExperiments
import PromptLensPrompts

/// The options that choose hand-written prompts.
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

  /// The templates that the options request.
  var request: TemplateRequest { TemplateRequest(templates: template, list: templates) }

  /// Returns the given templates, or the data set's by default.
  func resolved(own: String?) throws -> [Template] { try request.resolved(own: own) }

  /// The given templates as text; nil for the data set's template.
  var given: String? { request.text }
}
