import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of a document that promptlens writes or prints.",
    discussion: """
      The documents are \(DocumentSchema.all.map(\.name).joined(separator: ", ")). A schema names every key of this version, those that are always there and those that may be missing; docs/files.md says \
      which command writes which document, and describes the other files.

      Example:
        promptlens schema result
        promptlens schema classifier > classifier.schema.json
      """)

  @Argument(
    help: ArgumentHelp(
      "The document's name, such as run, result, sweep, transfer or predict; promptlens help schema "
        + "--full lists all.", valueName: "name"))
  var name: DocumentName

  func run() throws {
    try Console.print(name.schema.json.serialized(pretty: true) + "\n")
  }
}

/// A name of a document with a schema.
struct DocumentName: ExpressibleByArgument {
  /// The schema.
  let schema: DocumentSchema

  init?(argument: String) {
    guard let schema = DocumentSchema.named(argument) else { return nil }
    self.schema = schema
  }

  static var allValueStrings: [String] { DocumentSchema.all.map(\.name) }
}
