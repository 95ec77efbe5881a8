import ArgumentParser
import PromptLensExperiments
import PromptLensFeatures
import PromptLensPresentation

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the feature files of all shards into one.",
    discussion: """
      Give all shards that promptlens extract --shard made of one split, in any order.

      Example:
        promptlens merge train-1-of-2.h5 train-2-of-2.h5 --output train.h5
      """)

  @Argument(help: ArgumentHelp("Feature files.", valueName: "shard"))
  var shards: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write, .h5.", valueName: "file"))
  var output: String

  @OptionGroup var replacementOptions: ReplacementOptions

  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    try replacementOptions.check(output, inputs: shards)
    let store = try FeatureStore.merge(
      shards.map { try FeatureStore.open($0) }, to: output, toolVersion: ToolVersion.current)
    try outputOptions.print(store.results)
  }
}
