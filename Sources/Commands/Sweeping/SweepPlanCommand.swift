import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensJSONDocuments

struct SweepPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print the tasks of a grid, one a line.",
    discussion: """
      Settings are those of promptlens train: \(RunField.axisNames). Omitted settings have train's defaults. With words in \
      init, context_length is their number of tokens. Only the grid is opened, so tasks can be planned anywhere.

      Example:
        promptlens sweep plan grid.json > tasks.jsonl
      """)

  @Argument(help: ArgumentHelp("A JSON file.", valueName: "grid"))
  var grid: String

  @OptionGroup var holdOutOptions: HoldOutOptions

  func run() throws {
    let plan = try SweepGrid(JSONNode(contentsOf: grid), holdOut: holdOutOptions.holdOut)
    try Console.print(plan.tasks.map { $0.line + "\n" }.joined())
    Console.note("\(grid): \(plan.tasks.count) tasks")
  }
}

struct SweepSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of a grid, for editors.",
    discussion: """
      Example:
        promptlens sweep schema > grid.schema.json
      """)

  func run() throws {
    try Console.print((SweepSchema.document.serialized(pretty: true) + "\n"))
  }
}
