import ArgumentParser
import PromptLensCommandLineSupport

/// The space for embedded patches, where prompts stand in the image tower.
struct PatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The space in the folder of features for embedded patches of training views, which an image tower with prompts then "
        + "reads instead of computing; 0 keeps none, with the same results (default: 4GB).", valueName: "size"))
  var patchSpace: MemorySize?
}
