import ArgumentParser
import Datasets
import Files
import Foundation
import Reporting

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

  func run() throws {
    let dataset = try dataOptions.dataset()
    let total = Split.allCases.reduce(0) { $0 + dataset[$1].count }
    var found: [Split: [String]]?
    if hashes {
      let progress = Reporting.Progress("content hashes", total: total, unit: "images")
      defer { progress.finish() }
      found = try dataset.contentHashes { progress.advance() }
    }
    let text = SplitFile.document(dataset, name: dataOptions.data.portableName, hashes: found).serialized() + "\n"
    try AtomicOutput.file(at: output) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
    let counts = Split.allCases.map { "\(dataset[$0].count.grouped) \($0)" }.joined(separator: ", ")
    Console.note("\(output): \(dataset.classNames.count) classes, \(counts) images, paths from \(dataset.root)")
  }
}
