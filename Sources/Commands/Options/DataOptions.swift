import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensFeatures

/// The options that choose images.
struct DataOptions: ParsableArguments {
  static let help = ArgumentHelp(
    """
    The images: folder:DIR, csv:FILE, split:FILE.json, wds:FILE-{000..009}.tar, or a known data set and its folder, \
    oxford-pets:DIR; promptlens help data --full explains all forms.
    """, valueName: "kind:path")

  @Option(help: help, transform: { try DataSource($0) })
  var data: DataSource

  @OptionGroup var rootOptions: RootOptions

  /// Returns the data set, and notes what was noticed when its lists were read.
  func dataset() throws -> Dataset {
    let dataset = try data.dataset(root: rootOptions.root)
    dataset.reportNotes(to: Console.observer)
    return dataset
  }
}

/// The option for the folder of a list's images.
struct RootOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that the paths of a csv: or split: are relative to; by default the file's own.", valueName: "dir"))
  var root: String?
}

extension Split: ExpressibleByArgument {}
