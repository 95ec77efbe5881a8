import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments

/// The images that classifiers of features learn from: files, features that `extract` stored, or plain arrays.
struct FeatureSourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A model folder, as promptlens convert writes it.", valueName: "dir"))
  var model: String?

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions
  @OptionGroup var holdOutOptions: HoldOutOptions

  @Option(
    name: [.customLong("features"), .customLong("train-features")],
    help: ArgumentHelp("Training features: of promptlens extract, or a .npy file.", valueName: "file"))
  var features: String?

  @Option(help: ArgumentHelp("Labels of --train-features, a .npy file of whole numbers.", valueName: "file"))
  var trainLabels: String?

  @Option(help: ArgumentHelp("Features of validation images, of the same kind.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("Features to measure on, of the same kind.", valueName: "file"))
  var testFeatures: String?

  @Option(help: ArgumentHelp("Labels of --test-features.", valueName: "file"))
  var testLabels: String?

  @Option(
    help: ArgumentHelp("The words' features, with arrays: a .npy file with a row for each class.", valueName: "file"))
  var textFeatures: String?

  @Option(help: ArgumentHelp("A file of class names, with arrays.", valueName: "file"))
  var classes: String?

  @Option(
    help: "What cosines are multiplied by, with arrays: the exponential of the model's logit scale (default: 100).")
  var scale: Double?

  @Option(help: ArgumentHelp("Where features are kept; by default in the output folder.", valueName: "dir"))
  var featureFolder: String?

  @OptionGroup var imageOptions: ImageOptions

  /// Returns the images, with a part set aside for testing where that is asked for; nil for features.
  func images() throws -> DataSource? { try data?.holding(out: holdOutOptions.holdOut) }

  /// Whether features are plain arrays.
  var readsArrays: Bool { trainLabels != nil }

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard holdOutOptions.holdOut == nil || data != nil else {
      throw ValidationError("--hold-out goes with --data; give test images' features with --test-features.")
    }
    if let scale, !(scale > 0 && scale.isFinite) {
      throw ValidationError("--scale is \(scale), expected more than 0.")
    }
    guard !readsArrays else { return }
    guard model != nil else { throw ValidationError("Give the model of the features with --model DIR.") }
    for (name, value) in [
      ("--test-labels", testLabels), ("--text-features", textFeatures), ("--classes", classes),
      ("--scale", scale.map { "\($0)" }),
    ] where value != nil {
      throw ValidationError("\(name) goes with plain arrays, --train-features X.npy --train-labels y.npy.")
    }
  }

  /// Returns the arrays; nil if a model computes the features.
  func arrays(validationLabels: String? = nil) -> FeatureArrayFiles? {
    FeatureArrayFiles.Pair(features: features, labels: trainLabels).map {
      FeatureArrayFiles(
        train: $0, validation: .init(features: validationFeatures, labels: validationLabels),
        test: .init(features: testFeatures, labels: testLabels), text: textFeatures, classNames: classes,
        scale: scale)
    }
  }

  /// Returns the folder of the features, below the output folder unless another is given.
  func featureFolder(output: String) -> String { featureFolder ?? "\(output)/features" }
}
