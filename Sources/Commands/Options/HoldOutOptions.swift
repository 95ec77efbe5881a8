import ArgumentParser
import PromptLensDatasets

/// The option for data without test images.
struct HoldOutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Set a part of each class aside for testing, where the data has no test images: 20%, or 20%:7 by the seed 7. \
      hold-out.json in the output folder says which.
      """, valueName: "part"),
    transform: { try HoldOut($0) })
  var holdOut: HoldOut?
}
