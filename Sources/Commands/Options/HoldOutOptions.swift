import ArgumentParser
import PromptLensDatasets

/// The option to make test images of data that has none.
struct HoldOutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Set a part of each class aside for testing if the data has no test images: 20%, or 20%:7 with the seed 7. \
      hold-out.json in the output folder lists them.
      """, valueName: "part"),
    transform: { try HoldOut($0) })
  var holdOut: HoldOut?
}
