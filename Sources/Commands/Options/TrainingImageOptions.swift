import ArgumentParser
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

  /// Returns the data of stored features or plain arrays, nil where the images are a data set's.
  ///
  /// - Throws: the errors of reading the files; `ExperimentError` when they don't go together or with the model.
  func storedData(shots: Int?, seed: Int, model: OpenedModel) throws -> LearningData? {
    if let arrays = arrayFiles() { return try LearningData(arrays, shots: shots, seed: seed, model: model) }
    return try source.features.map { features in
      try LearningData(
        FeatureStore.open(features), shots: shots, seed: seed, test: testFeatures.map { try FeatureStore.open($0) },
        validation: validationFeatures.map { try FeatureStore.open($0) }, model: model)
    }
  }
}
