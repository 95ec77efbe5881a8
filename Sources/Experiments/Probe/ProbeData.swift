import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import PromptLensPrompts
import PromptLensTensors

/// The features for fitting and testing a probe.
package struct ProbeData {
  /// The training and validation images, and the classes' text features.
  package let task: FewShotTask
  /// The test images.
  package private(set) var test: LabeledFeatures?
  /// The classes.
  package let classes: ClassMatching.Classes
  /// The name of the data.
  package let name: String
  /// The prompts of the text features; empty for arrays.
  package let templates: [Template]
  /// The fingerprint of the model; nil for arrays.
  package let modelFingerprint: String?
  /// The remarks on the images.
  package private(set) var remarks = ImageRemarks()
  /// The SHA-256 of each training image's file; empty for arrays.
  package private(set) var trainingHashes: [String] = []
  /// The number of test images whose files are those of training images, where that is known.
  package private(set) var repeatedTestImages = 0
  /// The key of the known data set; nil for others.
  package private(set) var dataset: String?

  /// The class names.
  package var classNames: [String] { classes.names }

  /// Reads plain arrays.
  ///
  /// - Parameters:
  ///   - files: the arrays.
  ///   - shots: the training images of each class, nil for all of them.
  ///   - seed: the seed of the draw and of the method's random numbers.
  ///   - searchesAllValidation: whether settings are searched on all validation images instead of drawn ones.
  ///   - grouping: the grouping of test images; nil for none.
  /// - Throws: ``ExperimentError`` naming the file that doesn't fit; `DatasetError` when the draw can't be made.
  package init(
    _ files: FeatureArrayFiles, shots: Int?, seed: Int, searchesAllValidation: Bool = false, grouping: Grouping? = nil
  ) throws {
    let contents = try files.read()
    var (train, validation) = (contents.train, contents.validation)
    if let shots {
      let draw = try FewShotDraw(train: train.labels, val: validation?.labels ?? [], shots: shots, seed: seed)
      train = try train.selecting(draw.train)
      if !searchesAllValidation { validation = try validation?.selecting(draw.val) }
    }
    classes = ClassMatching.Classes(owner: files.train.features, names: contents.classNames)
    task = try FewShotTask(
      train: train, validation: validation, text: contents.text, classCount: contents.classNames.count,
      scale: files.scale,
      seed: seed)
    test = contents.test
    if let grouping, let test, let path = files.test?.features {
      self.test?.groups = try grouping.groups(ofRows: test.count, of: path)
    }
    name = files.train.features
    templates = []
    modelFingerprint = nil
  }

  /// Computes the classes' text features for stored image features.
  ///
  /// - Parameters:
  ///   - splits: the image features.
  ///   - templates: returns the prompts, given the data set's own template.
  ///   - seed: the seed of the method's random numbers.
  ///   - model: the model of the features.
  /// - Throws: the errors of the text tower; `EvaluationError` when a class has no image.
  package init(
    _ splits: ProbeSplits, templates: (_ own: String?) throws -> [Template], seed: Int, model: OpenedModel
  ) throws {
    try splits.test?.checkPlain()
    let classNames = splits.train.classNames
    classes = ClassMatching.Classes(owner: splits.train.data, names: classNames, identifiers: splits.classIdentifiers)
    name = splits.train.data
    self.templates = try templates(splits.train.template)
    modelFingerprint = model.folder.manifest.fingerprint
    let words = try ZeroShotClassifier(classNames: classNames, templates: self.templates) {
      try model.features(ofTexts: $0)
    }
    dataset = splits.dataset
    let trained = try splits.train.images.selecting(splits.trainRows)
    var task = try FewShotTask(
      train: trained.averagingViews(),
      validation: splits.validation?.images.selecting(splits.validationRows).averagingViews(),
      text: words.textFeatures, classCount: classNames.count, scale: model.clip.logitScale, seed: seed)
    task.views = trained.views > 1 ? trained : nil
    self.task = task
    test = splits.test?.images
    test?.groups = splits.testGroups
    remarks = splits.remarks
    trainingHashes = splits.trainRows.map { splits.train.contentHashes[$0] }
    repeatedTestImages = splits.test.map { LearnedImages(trainingHashes).count(among: $0) } ?? 0
  }

  /// The shots that there are, beside those that are asked for.
  func shotCount(asked shots: Int) -> ShotCount {
    ShotCount(asked: shots, labels: task.train.labels, classNames: classNames)
  }
}

/// The stored features of the three splits, and the training images of a probe.
package struct ProbeSplits {
  let train: FeatureStore
  let validation: FeatureStore?
  let test: FeatureStore?
  let classIdentifiers: [String]?
  private(set) var remarks: ImageRemarks
  private(set) var trainRows: [Int]
  private(set) var validationRows: [Int]
  /// The group of each test image; empty if they aren't grouped.
  private(set) var testGroups: [String] = []
  /// The key of the known data set; nil for others.
  private(set) var dataset: String?

  /// Opens features that `promptlens extract` stored.
  ///
  /// - Parameters:
  ///   - train: the file of the training images.
  ///   - validation: the file of the validation images.
  ///   - test: the file of the test images.
  ///   - shots: the training images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - model: the model of the features.
  ///   - searchesAllValidation: whether settings are searched on all validation images instead of drawn ones.
  ///   - grouping: the grouping of test images; nil for none.
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)`` when they belong to another model or to
  ///   other classes.
  package init(
    train: String, validation: String?, test: String?, shots: Int?, seed: Int, model: OpenedModel,
    searchesAllValidation: Bool = false, grouping: Grouping? = nil
  ) throws {
    try self.init(
      train: FeatureStore.open(train), validation: validation.map { try FeatureStore.open($0) },
      test: test.map { try FeatureStore.open($0) }, classIdentifiers: nil, shots: shots, seed: seed, model: model,
      searchesAllValidation: searchesAllValidation)
    if let grouping, let test = self.test { testGroups = try grouping.groups(of: test) }
  }

  /// Computes the features of a data set's images, or reads them from their folder.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - shots: the training images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - encoder: computes and stores features.
  ///   - crops: the number of random crops of each training image; 0 for the center crop.
  ///   - searchesAllValidation: whether settings are searched on all validation images instead of drawn ones.
  ///   - grouping: the grouping of test images, whose columns the data set was read with; nil for none.
  /// - Throws: the errors of reading the images.
  package init(
    _ dataset: Dataset, shots: Int?, seed: Int, encoder: ProbeEncoder, crops: Int = 0,
    searchesAllValidation: Bool = false, grouping: Grouping? = nil
  ) throws {
    _ = try dataset.items(of: .train)
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    let train = try encoder.store(dataset, split: .train, draw: draw, crops: crops)
    let hasValidation = !dataset.validatesOnTest && !dataset[.val].isEmpty
    let validation =
      hasValidation ? try encoder.store(dataset, split: .val, draw: searchesAllValidation ? nil : draw) : nil
    let test = dataset[.test].isEmpty ? nil : try encoder.store(dataset, split: .test, draw: nil)
    try self.init(
      train: train, validation: validation, test: test, classIdentifiers: dataset.classIdentifiers, shots: shots,
      seed: seed, model: encoder.model, searchesAllValidation: searchesAllValidation)
    remarks = ImageRemarks(dataset, [train, validation, test])
    if let grouping, let test { testGroups = try grouping.groups(of: test, in: dataset) }
  }

  private init(
    train: FeatureStore, validation: FeatureStore?, test: FeatureStore?, classIdentifiers: [String]?, shots: Int?,
    seed: Int, model: OpenedModel, searchesAllValidation: Bool
  ) throws {
    for store in [train, validation, test].compactMap({ $0 }) {
      try store.check(against: model)
      try store.checkClasses(of: train, model: model)
    }
    self.train = train
    self.validation = validation
    self.test = test
    self.classIdentifiers = classIdentifiers
    dataset = (try? DataSource(train.data))?.knownKey
    remarks = ImageRemarks([train, validation, test])
    trainRows = Array(train.labels.indices)
    validationRows = Array((validation?.labels ?? []).indices)
    guard let shots else { return }
    let draw = try FewShotDraw(train: train.labels, val: validation?.labels ?? [], shots: shots, seed: seed)
    let asked = "\(shots) shots, seed \(seed)"
    trainRows = try Self.drawn(train, draw.train, asked, model)
    if let validation, !searchesAllValidation { validationRows = try Self.drawn(validation, draw.val, asked, model) }
  }

  /// Returns the rows of a draw, or all rows if only this draw was stored.
  private static func drawn(
    _ store: FeatureStore, _ rows: [Int], _ asked: String, _ model: OpenedModel
  ) throws(ExperimentError) -> [Int] {
    if store.key.draw == "none" { return rows }
    guard store.key.draw == asked else {
      throw .foreignFeatures(
        path: store.path, model: model.folder.path, reason: "their few-shot draw is \(store.key.draw), not \(asked)")
    }
    return Array(store.labels.indices)
  }
}

/// An encoder of images for a probe, which stores features of one view of each image in a folder.
package struct ProbeEncoder {
  let model: OpenedModel
  private let images: ImageFeatures
  /// The seed of the draw and of random crops.
  private let seed: Int
  private let folder: String

  /// The smallest share of the area in a random crop, Tip-Adapter's.
  private static let leastArea = 0.5

  /// Creates an encoder.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - precision: the arithmetic of the image tower.
  ///   - reading: the options for reading images.
  ///   - seed: the seed of the draw.
  ///   - folder: the folder of the features; it is made when features are first stored.
  ///   - observer: the receiver of progress.
  package init(
    model: OpenedModel, precision: ComputePrecision, reading: ImageReading, seed: Int, folder: String,
    observer: ExperimentObserver
  ) {
    self.model = model
    self.folder = folder
    self.seed = seed
    images = ImageFeatures(
      model: model, precision: precision, reading: reading, views: 1, seed: seed, observer: observer)
  }

  /// Returns the features of a split's images, computed or stored.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: the split.
  ///   - draw: the few-shot draw; nil for all images.
  ///   - crops: the number of random crops of each image; 0 for the center crop.
  /// - Returns: the features.
  /// - Throws: the errors of reading the images.
  func store(_ dataset: Dataset, split: Split, draw: FewShotDraw?, crops: Int = 0) throws -> FeatureStore {
    try AtomicOutput.makeFolder(at: folder)
    guard crops > 1 else { return try images.store(dataset, split: split, draw: draw, in: folder) }
    var cropped = ImageFeatures(
      model: images.model, precision: images.precision, reading: images.reading, views: crops, seed: seed,
      observer: images.observer)
    cropped.leastArea = Self.leastArea
    return try cropped.store(dataset, split: split, draw: draw, in: folder)
  }
}
