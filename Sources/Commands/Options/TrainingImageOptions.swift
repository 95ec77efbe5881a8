import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFeatures

/// The images to learn from, to choose settings on and to measure on: a data set with its splits, or features of each.
struct TrainingImageOptions: ParsableArguments {
  @OptionGroup var source: ImageSourceOptions<TrainingImages>

  @OptionGroup var holdOutOptions: HoldOutOptions

  @OptionGroup var arrays: ArrayOptions<TrainingImages>

  @Option(help: ArgumentHelp("Features of validation images, of the same kind as --features.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("Labels of --validation-features, with arrays.", valueName: "file"))
  var validationLabels: String?

  @Option(help: ArgumentHelp("Features of test images, of the same kind as --features.", valueName: "file"))
  var testFeatures: String?

  @Option(help: ArgumentHelp("Labels of --test-features, with arrays.", valueName: "file"))
  var testLabels: String?

  @Option(help: ArgumentHelp("Where features are kept; by default in the output folder.", valueName: "dir"))
  var featureFolder: String?

  func validate() throws {
    try source.requireImages()
    try arrays.check(beside: source)
    guard holdOutOptions.holdOut == nil || source.data != nil else {
      throw ValidationError("--hold-out goes with --data; give features of test images with --test-features.")
    }
    guard source.features != nil || (validationFeatures == nil && testFeatures == nil) else {
      throw ValidationError(
        "--validation-features and --test-features go with --features; --data has splits of its own.")
    }
    try ArrayOptions<TrainingImages>.check(
      isGiven: validationLabels != nil, "--validation-labels", with: arrays.areGiven)
    try ArrayOptions<TrainingImages>.check(isGiven: testLabels != nil, "--test-labels", with: arrays.areGiven)
    guard
      !arrays.areGiven
        || (validationFeatures == nil) == (validationLabels == nil) && (testFeatures == nil) == (testLabels == nil)
    else {
      throw ValidationError("Arrays of features and of labels come in pairs: --test-features with --test-labels.")
    }
  }

  /// Returns the data set's images, with a part of each class set aside for testing if requested; nil for features.
  ///
  /// - Throws: `DatasetError` when the data source states another part itself.
  func images() throws -> DataSource? { try source.data?.holding(out: holdOutOptions.holdOut) }

  /// Returns the plain arrays; nil where features are stored or computed.
  func arrayFiles(words: WordOptions? = nil) -> FeatureArrayFiles? {
    FeatureArrayFiles.Pair(features: source.features, labels: arrays.labels).map {
      FeatureArrayFiles(
        train: $0, validation: .init(features: validationFeatures, labels: validationLabels),
        test: .init(features: testFeatures, labels: testLabels), text: words?.textFeatures,
        classNames: arrays.classes, scale: words?.scale)
    }
  }

  /// Returns the folder of the features, below the output folder unless another is given.
  func featureFolder(output: String) -> String { featureFolder ?? "\(output)/features" }

  /// Returns the source of the training features: stored features or plain arrays, or a data set's images, which are not yet encoded.
  ///
  /// - Parameters:
  ///   - shots: the images of each class; nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - model: the model of the features.
  ///   - output: the output folder, below which features are kept by default.
  ///   - patches: the space for embedded patches.
  ///   - describe: sets what else a command knows of the images.
  /// - Returns: the source.
  /// - Throws: the errors of reading the files; `ExperimentError` when they don't go together or with the model.
  func learningSource(
    shots: Int?, seed: Int, model: OpenedModel, output: String, patches: PatchOptions,
    describe: (inout LearningImages) throws -> Void
  ) throws -> LearningSource {
    if let arrays = arrayFiles() { return .stored(try LearningData(arrays, shots: shots, seed: seed, model: model)) }
    if let features = source.features {
      return .stored(
        try LearningData(
          FeatureStore.open(features), shots: shots, seed: seed, test: testFeatures.map { try FeatureStore.open($0) },
          validation: validationFeatures.map { try FeatureStore.open($0) }, model: model))
    }
    guard let data = try images() else { throw ImageSourceOptions<TrainingImages>.notOne }
    var images = LearningImages(
      source: data, root: source.rootOptions.root, reading: source.imageOptions.reading, shots: shots, seed: seed,
      folder: featureFolder(output: output), observer: Console.observer)
    if let space = patches.patchSpace { images.patchSpace = space.bytes }
    try describe(&images)
    return .images(images)
  }
}
