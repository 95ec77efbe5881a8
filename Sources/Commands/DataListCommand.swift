import ArgumentParser
import PromptLensDatasets
import PromptLensPresentation

struct DataListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the published data sets that can be named.",
    discussion: """
      The folder is the data set's folder in CoOp; --data NAME:DIR takes that folder or its parent.

      Example:
        promptlens data list
        promptlens data list --format json
      """)

  @OptionGroup var outputOptions: OutputOptions

  func run() throws { try outputOptions.print(KnownDataset.results) }
}
