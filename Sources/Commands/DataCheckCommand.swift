import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensPresentation

struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look at every file of a data set: missing, unreadable, misnamed, duplicated, leaked.",
    discussion: """
      Give a published data set by its name; the root is its own folder or the one above it.

      Every image is decoded. The command names images that cannot be read, that have another format's file extension, \
      whose shorter side is below \(ImageCheck.smallestSide) pixels, that have the same pixels as another, or that look \
      like another (their 64-bit difference hashes differ in at most \(NearDuplicateSearch.largestDistance) bits, their \
      brightness by \(Int(NearDuplicateSearch.largestBrightnessDifference)) of 255 on average). Duplicates across splits \
      are leaks: a model is tested on its training images. --no-decode only looks for files.

      Your own list is given as for --data: folder:DIR, csv:FILE or split:FILE.json. If the list contains content hashes, \
      as the manifests of promptlens data split do, images are read and compared with them, and changed ones are named.

      The exit code is 66 when something is missing, 65 when all is there and something was changed or cannot be read. \
      Duplicates do not change it.

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

  @Flag(inversion: .prefixedNo, help: "Decode every image and look for duplicates.")
  var decode = true

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !name.contains(":") else {
      _ = try DataSource(name)
      return
    }
    guard KnownDataset.named(name) != nil else {
      throw ValidationError(
        "\"\(name)\" isn't a known data set, which promptlens data list names; give your own as "
          + "folder:DIR, csv:FILE or split:FILE.json.")
    }
    guard root != nil else { throw ValidationError("Give the folder of \(name) with --root DIR.") }
  }

  func run() throws {
    let (check, title) = try DatasetCheck.check(
      name, root: root, comparesHashes: hashes, decodesImages: decode, observer: Console.observer)
    try outputOptions.print(check.results(title: title, name: name))
    if check.lacksSomething { throw ExitCode(ExitStatus.missingInput.rawValue) }
    if !check.isAsListed || check.isComplete == false { throw ExitCode(ExitStatus.badData.rawValue) }
  }
}
