import ArgumentParser
import PromptLensJSONDocuments

/// Computes what a fixture expects, and prints the largest differences as JSON.
///
/// A kind of fixture is a subcommand: it reads the fixture's documents, calls the verification that the tests call, and
/// prints a number for each result.
@main
struct Golden: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golden",
    abstract: "Compute what a fixture expects, and print the largest differences as JSON.",
    discussion: """
      FOLDER holds what other software computed. The model is a model folder or a published checkpoint as it is; by \
      default the checkpoint in FOLDER.

      Example:
        swift run -c release golden features Tests/Fixtures/openai-h5-vit
        swift run -c release golden context ../shared/fixtures/coop/uc-m4-middle --model mini
        swift run -c release golden prompts ../shared/fixtures/deep-prompts/maple-d3 --model wide3
      """,
    subcommands: [Features.self, Gradient.self, Context.self, Tokens.self, Prompts.self])
}

/// The fixture and the model that it is computed with.
struct FixtureOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The folder of the fixture.", valueName: "folder"))
  var folder: String

  @Option(help: ArgumentHelp("A model folder or a checkpoint; by default the one in the fixture.", valueName: "path"))
  var model: String?

  /// Opens the model.
  func opened() throws -> GoldenModel { try GoldenModel(model ?? folder) }

  /// Reads a document of the fixture.
  func document(_ name: String) throws -> JSONNode { try JSONNode(contentsOf: "\(folder)/\(name)", limit: 256 << 20) }
}

/// Prints differences by name, in order.
func report(_ differences: [(name: String, value: Double)]) {
  report(orNull: differences.map { ($0.name, $0.value) })
}

/// Prints differences by name, in order; null for those that the fixture has not.
func report(orNull differences: [(name: String, value: Double?)]) {
  print(
    JSON.object(
      differences.reduce(into: JSON.Object()) { object, difference in
        object[difference.name] = difference.value.map { $0.isFinite ? .number($0) : .string("\($0)") } ?? .null
      }
    ).serialized())
}
