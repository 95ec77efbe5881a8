import PromptLensPromptLearning
import ArgumentParser
import PromptLensDatasets
import PromptLensPresentation

struct DataListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the data sets that are known by name.",
    discussion: """
      The folder is the one that CoOp keeps the data set in; --data NAME:DIR takes that folder, or the one around it.

      Example:
        promptlens data list
        promptlens data list --format json
      """)

  @OptionGroup var outputOptions: OutputOptions

  func run() { Console.print(KnownDataset.results, as: outputOptions.format) }
}
