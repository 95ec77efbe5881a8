import ArgumentParser
import PromptLensDatasets

/// The option to make test and validation images of data that has none.
struct HoldOutOptions: ParsableArguments {
  private static let place = "hold-out.json in the folder of results lists them."

  @Option(
    help: ArgumentHelp(
      """
      Set a part of each class aside for testing if the data has no test images: 20%, or 20%:7 with the seed 7; 20%+10% \
      sets a tenth aside for validation too, +10% for validation alone. \(place)
      """, valueName: "part"),
    transform: { try HoldOut($0) })
  var holdOut: HoldOut?
}
