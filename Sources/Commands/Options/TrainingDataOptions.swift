import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments

/// The options for images or for their features; exactly one of the two is given.
struct ImageSourceOptions: ParsableArguments {
  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions
  @OptionGroup var holdOutOptions: HoldOutOptions

  @Option(help: ArgumentHelp("Features of images, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard holdOutOptions.holdOut == nil || data != nil else {
      throw ValidationError("--hold-out goes with --data; give test images' features with --test-features.")
    }
  }

  /// Returns the images, with a part set aside for testing where that is asked for; nil for features.
  func images() throws -> DataSource? { try data?.holding(out: holdOutOptions.holdOut) }
}

/// The options for training images, their views and their companions: test and validation features with feature files,
/// a folder for features of images.
struct TrainingDataOptions: ParsableArguments {
  @OptionGroup var source: ImageSourceOptions

  @Option(help: ArgumentHelp("Features of test images, with --features.", valueName: "file"))
  var testFeatures: String?

  @Option(help: ArgumentHelp("Features of validation images, with --features.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("Where features are kept; by default in the run folder.", valueName: "dir"))
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
      throw ValidationError("--views goes with --data; a feature file has as many views as it has.")
    }
    guard augment != .online || data != nil else {
      throw ValidationError(
        "--augment online encodes the images at every epoch; give them with --data, not --features.")
    }
    guard augment != .online || views == nil else {
      throw ValidationError(
        "--augment online and --views exclude each other: online, every epoch has views of its own.")
    }
    if let views, !(1...4096).contains(views) {
      throw ValidationError("--views is \(views), expected 1 to 4096.")
    }
  }

  /// Refuses validation features that nobody looks at, and early stopping without validation images.
  func validate(earlyStopping: Bool) throws {
    guard validationFeatures == nil || (source.features != nil && earlyStopping) else {
      throw ValidationError("--validation-features goes with --features and --early-stopping.")
    }
    guard !earlyStopping || source.features == nil || validationFeatures != nil else {
      throw ValidationError("--early-stopping needs validation images: give --validation-features beside --features.")
    }
  }
}
