import PromptLensFeatures
import ArgumentParser
import PromptLensDatasets

/// The options that choose images.
struct DataOptions: ParsableArguments {
  static let help = ArgumentHelp(
    """
    The images: folder:DIR, csv:FILE, csv:FILE?column=value, split:FILE.json?root=DIR, or a data set's name and its folder, \
    oxford-pets:DIR.
    """, valueName: "kind:path")

  @Option(help: help, transform: { try DataSource($0) })
  var data: DataSource

  @OptionGroup var rootOptions: RootOptions

  func dataset() throws -> Dataset { try data.dataset(root: rootOptions.root) }
}

/// The option for the folder of a list's images.
struct RootOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that the paths of a csv: or split: are relative to; by default the file's own.", valueName: "dir"))
  var root: String?
}

extension Split: ExpressibleByArgument {}
