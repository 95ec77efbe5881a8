import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments

/// The options for images or their features; exactly one of the two is given.
struct ImageSourceOptions: ParsableArguments {
  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features of images, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
  }
}

/// The options for training images and their views, for test and validation features beside feature files, and for
/// the folder of the images' features.
struct TrainingDataOptions: ParsableArguments {
  @OptionGroup var source: ImageSourceOptions

  @Option(help: ArgumentHelp("Features of test images, with --features.", valueName: "file"))
  var testFeatures: String?

  @Option(help: ArgumentHelp("Features of validation images, with --features.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("The folder of features; by default in the run folder.", valueName: "dir"))
  var featureFolder: String?

  @Option(help: RunField.views.optionHelp)
  var views: Int?

  @Option(help: RunField.augmentation.optionHelp)
  var augment: Augmentation = .views

  func validate() throws {
    let (data, features) = (source.data, source.features)
    guard testFeatures == nil || features != nil else {
      throw ValidationError("--test-features goes with --features; --data has test images of its own.")
    }
    guard views == nil || data != nil else {
      throw ValidationError("--views goes with --data; the number of views in a feature file is fixed.")
    }
    guard augment != .online || data != nil else {
      throw ValidationError(
        "--augment online encodes the images at every epoch; give them with --data, not --features.")
    }
    guard augment != .online || views == nil else {
      throw ValidationError(
        "--augment online and --views exclude each other: online, every epoch draws new views.")
    }
    if let views, !(1...4096).contains(views) {
      throw ValidationError("--views is \(views), expected 1 to 4096.")
    }
  }

  /// Rejects validation features that aren't used, and early stopping without validation images.
  func validate(earlyStopping: Bool) throws {
    guard validationFeatures == nil || (source.features != nil && earlyStopping) else {
      throw ValidationError("--validation-features goes with --features and --early-stopping.")
    }
    guard !earlyStopping || source.features == nil || validationFeatures != nil else {
      throw ValidationError("--early-stopping needs validation images: give --validation-features beside --features.")
    }
  }
}
