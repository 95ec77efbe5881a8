import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check which files of a data set are present, and say where to get missing ones.",
    discussion: """
      A published data set is given by its name; the root is its own folder or the parent folder. Listed images are looked \
      up, but not opened.

      Your own list is given as for --data: folder:DIR, csv:FILE or split:FILE.json. If the list contains content hashes, \
      as the manifests of promptlens data split do, images are read and compared with them, and changed ones are named.

      The exit code is 66 if files are missing, 65 if none are missing and some were changed.

      Example:
        promptlens data check oxford-pets --root data
        promptlens data check split:pets.json --root data/oxford_pets/images
      """)

  @Argument(
    help: ArgumentHelp("A data set, as promptlens data list names it, or KIND:PATH.", valueName: "name"))
  var name: String

  @Option(
    help: ArgumentHelp(
      "The folder of the data set; for a csv: or split: the folder that paths are relative to, by default the file's own.",
      valueName: "dir"))
  var root: String?

  @Flag(inversion: .prefixedNo, help: "Compare images with the content hashes of their list.")
  var hashes = true

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !name.contains(":") else {
      _ = try DataSource(name)
      return
    }
    guard KnownDataset.named(name) != nil else {
      throw ValidationError("\"\(name)\" isn't a known data set; see promptlens data list.")
    }
    guard root != nil else { throw ValidationError("Give the folder of \(name) with --root DIR.") }
  }

  func run() throws {
    let (check, title) = try DatasetCheck.check(
      name, root: root, comparesHashes: hashes, observer: Console.observer)
    Console.print(check.results(title: title, name: name), as: outputOptions.format)
    if check.lacksSomething { throw ExitCode(ExitStatus.missingInput.rawValue) }
    if !check.isComplete { throw ExitCode(ExitStatus.badData.rawValue) }
  }
}
