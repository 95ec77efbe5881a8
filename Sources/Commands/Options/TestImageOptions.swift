import PromptLensFeatures
import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments

/// The options for the test images: a split of a data set, or stored features.
struct TestImageOptions: ParsableArguments {
  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  @Option(help: "The split to classify, with --data: train, val or test.")
  var split: Split = .test

  func validate() throws { _ = try origin }

  private var origin: ImageSelection.Origin {
    get throws {
      switch (data, features) {
      case (let data?, nil): return .data(data, root: rootOptions.root, split: split)
      case (nil, let features?): return .features(features)
      default: throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
      }
    }
  }

  /// Returns the images that the options name.
  ///
  /// - Parameter imageOptions: the settings for reading image files.
  /// - Returns: the selection; no image is opened.
  /// - Throws: `ValidationError` unless one of the options is given.
  func selection(_ imageOptions: ImageOptions) throws -> ImageSelection {
    ImageSelection(try origin, reading: imageOptions.reading)
  }
}
