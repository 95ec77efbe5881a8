import PromptLensPromptLearning
import ArgumentParser
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting

struct DataSplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Write a data set down: paths, labels, class names and content hashes, as a split file.",
    discussion: """
      The file has the form of CoOp's split files and serves as one; what it holds beyond that CoOp's reader leaves alone. \
      Here it is read back as --data split:FILE --root DIR, on any machine.

      Example:
        promptlens data split --data csv:pacs.csv?domain=photo --output pacs-photo.json
        promptlens data split --data oxford-pets:data --output pets.json --no-hashes
      """)

  @OptionGroup var dataOptions: DataOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Flag(inversion: .prefixedNo, help: "Read every image and write its SHA-256 down.")
  var hashes = true

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let dataset = try dataOptions.dataset()
    let total = Split.allCases.reduce(0) { $0 + dataset[$1].count }
    var found: [Split: [String]]?
    if hashes {
      let progress = ProgressBar("content hashes", total: total, unit: "images")
      defer { progress.finish() }
      found = try dataset.contentHashes { progress.advance() }
    }
    let text = SplitFile.document(dataset, name: dataOptions.data.portableName, hashes: found).serialized() + "\n"
    try AtomicOutput.text(text, to: output)
    Console.print(results(dataset), as: outputOptions.format)
  }

  private func results(_ dataset: Dataset) -> Results {
    var table = Table(columns: [.text("split file"), .text("")])
    table.append("written", output)
    table.append("classes", "\(dataset.classNames.count)")
    for split in Split.allCases { table.append("\(split) images", "\(dataset[split].count)") }
    table.append("content hashes", hashes ? "yes" : "no")
    table.append("paths start from", dataset.root)
    var counts = JSON.Object()
    for split in Split.allCases { counts[split.rawValue] = JSON(dataset[split].count) }
    return Results(
      json: [
        "file": .string(output), "classes": JSON(dataset.classNames.count), "images": .object(counts),
        "hashes": .bool(hashes), "root": .string(dataset.root),
      ], tables: [table])
  }
}
