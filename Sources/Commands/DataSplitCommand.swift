import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation

struct DataSplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Write the split file of a data set: paths, labels, class names and content hashes.",
    discussion: """
      The file has the form of CoOp's split files; CoOp's reader ignores its additional members. Read it back, on any \
      machine, with --data split:FILE --root DIR.

      Example:
        promptlens data split --data csv:pacs.csv?domain=photo --output pacs-photo.json
        promptlens data split --data oxford-pets:data --output pets.json --no-hashes
        promptlens data split --data folder:photos --hold-out 20% --output photos.json
      """)

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var holdOutOptions: HoldOutOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @OptionGroup var replacementOptions: ReplacementOptions

  @Flag(inversion: .prefixedNo, help: "Read every image and record its SHA-256.")
  var hashes = true

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    try replacementOptions.check(output, inputs: [dataOptions.data.path])
    let source = try dataOptions.data.holding(out: holdOutOptions.holdOut)
    let dataset = try source.dataset(root: dataOptions.rootOptions.root)
    dataset.reportNotes(to: Console.observer)
    let export = try SplitFileExport(
      writing: dataset, name: source.portableName, to: output, hashes: hashes,
      observer: Console.observer)
    try outputOptions.print(export.results)
  }
}
