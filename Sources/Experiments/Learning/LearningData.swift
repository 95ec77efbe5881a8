import PromptLensDatasets
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

/// A draw of labeled training features, with test and validation features.
package struct LearningData {
  /// The images to draw from, with their true labels.
  package let pool: LabeledFeatures
  /// The draw among ``pool``, with true labels.
  package let draw: LabeledDraw
  /// The training images with their given labels. Their identifier is a SHA-256 of the features and labels.
  package private(set) var train: LabeledFeatures
  /// The true class of each image in ``train``.
  package private(set) var trueLabels: [Int]
  /// The test images, if any.
  package let test: LabeledFeatures?
  /// The validation images, if any.
  package private(set) var validation: LabeledFeatures?
  /// The wrong training labels, as far as known.
  package private(set) var noise: LabelNoise?
  /// The wrong validation labels.
  package private(set) var validationNoise: LabelNoise?
  /// The data set's own template.
  package let template: String?
  /// The paths of all training images of the data set, if there are more than in ``pool``; nil otherwise.
  package var listed: [String]?
  /// The name of the data.
  package let name: String
  /// The number of training images of each class, nil for all of them.
  package let shots: Int?
  /// The seed of the draw, and of all random numbers in learning from it.
  package let seed: Int
  /// The split file of data whose test images were set aside; nil for data with splits of its own.
  package var holdOutManifest: JSON?
  /// The SHA-256 of training images by their paths, where they are known.
  package private(set) var trainingHashes: [String: String] = [:]
  /// The SHA-256 of test images by their paths, where they are known.
  private var testHashes: [String: String] = [:]
  /// The remarks on the images.
  package private(set) var remarks = ImageRemarks()
  /// The key of the known data set, on which papers' constants depend; nil for others.
  package var dataset: String?
  /// The subset of the data's classes.
  package private(set) var subset = ClassSubset.all

  /// The names of the classes.
  package var classNames: [String] { draw.classNames }
  /// For each image in ``train``, whether its label is wrong.
  package var isWrong: [Bool] { zip(train.labels, trueLabels).map { $0 != $1 } }

  /// Creates learning data from stored features.
  ///
  /// - Parameters:
  ///   - store: features of training images.
  ///   - shots: images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - test: features of test images.
  ///   - validation: features of validation images.
  ///   - model: the required model of the features.
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)`` when they belong to another model or to other
  ///   classes.
  package init(
    _ store: FeatureStore, shots: Int?, seed: Int, test: FeatureStore?, validation: FeatureStore? = nil,
    model: OpenedModel
  ) throws {
    for found in [store, test, validation].compactMap(\.self) {
      try found.check(against: model)
      try found.checkClasses(of: store, model: model)
    }
    for measured in [test, validation].compactMap(\.self) { try measured.checkPlain() }
    let isDrawn = store.key.draw != "none"
    let asked = "\(shots ?? 0) shots, seed \(seed)"
    guard shots == nil || !isDrawn || store.key.draw == asked else {
      throw ExperimentError.foreignFeatures(
        path: store.path, model: model.folder.path, reason: "their few-shot draw is \(store.key.draw), not \(asked)")
    }
    try self.init(
      store.images, shots: shots, drawsShots: !isDrawn, seed: seed, test: test?.images,
      validation: validation?.images, template: store.template, name: store.data)
    remarks = ImageRemarks([store, test, validation])
    func hashes(_ store: FeatureStore) -> [String: String] {
      Dictionary(zip(store.paths, store.contentHashes).filter { !$1.isEmpty }) { first, _ in first }
    }
    trainingHashes = hashes(store)
    testHashes = test.map(hashes) ?? [:]
  }

  /// Creates learning data from plain arrays of a model's features.
  ///
  /// - Parameters:
  ///   - files: the arrays, with a file of class names.
  ///   - shots: images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - model: the model that the features should be of; only their width can be checked.
  /// - Throws: ``ExperimentError`` naming the file that doesn't fit; `DatasetError` when the draw can't be made.
  package init(_ files: FeatureArrayFiles, shots: Int?, seed: Int, model: OpenedModel) throws {
    let contents = try files.read()
    try FeatureArrays.check(
      contents.train, of: files.train.features, width: model.configuration.embedDimension, of: model.folder.path)
    try self.init(contents, name: files.name, shots: shots, seed: seed)
  }

  /// Creates learning data from the contents of plain arrays.
  init(_ contents: FeatureArrayFiles.Contents, name: String, shots: Int?, seed: Int) throws {
    func identified(_ images: LabeledFeatures?) throws -> LabeledFeatures? {
      try images.map { $0.identified(by: try Fingerprint.of($0.view())) }
    }
    try self.init(
      contents.train, shots: shots, seed: seed, test: identified(contents.test),
      validation: identified(contents.validation), name: name)
  }

  /// Creates learning data from features of an unknown model.
  ///
  /// - Parameters:
  ///   - pool: features and labels of the images to draw from, with the names of their classes.
  ///   - shots: images of each class, nil for all of them.
  ///   - drawsShots: whether to draw the shots; false if the pool contains only them.
  ///   - seed: the seed of the draw.
  ///   - test: features of test images.
  ///   - validation: features of validation images.
  ///   - template: the data set's own template.
  ///   - name: the name of the data.
  /// - Throws: `DatasetError` when the draw cannot be made.
  package init(
    _ pool: LabeledFeatures, shots: Int?, drawsShots: Bool = true, seed: Int, test: LabeledFeatures?,
    validation: LabeledFeatures? = nil, template: String? = nil, name: String
  ) throws {
    var rows = Array(pool.labels.indices)
    if let shots, drawsShots { rows = try FewShotDraw(train: pool.labels, val: [], shots: shots, seed: seed).train }
    self.pool = pool
    draw = pool.draw(.train, rows: rows)
    trueLabels = draw.drawnLabels
    train = try Self.train(pool, rows, labels: trueLabels)
    self.test = test
    self.validation = validation
    self.template = template
    self.name = name
    self.shots = shots
    self.seed = seed
  }

  /// Creates data like others, with another pool and draw.
  private init(
    like whole: LearningData, _ pool: LabeledFeatures, _ draw: LabeledDraw, test: LabeledFeatures?,
    validation: LabeledFeatures?
  ) throws {
    self.pool = pool
    self.draw = draw
    trueLabels = draw.drawnLabels
    train = try Self.train(pool, draw.rows, labels: trueLabels)
    self.test = test
    self.validation = validation
    template = whole.template
    listed = whole.listed
    name = whole.name
    shots = whole.shots
    seed = whole.seed
    dataset = whole.dataset
    subset = whole.subset
    holdOutManifest = whole.holdOutManifest
    trainingHashes = whole.trainingHashes
    testHashes = whole.testHashes
    remarks = whole.remarks
  }

  /// Returns the training images, identified by a hash of their features and labels.
  private static func train(_ pool: LabeledFeatures, _ rows: [Int], labels: [Int]) throws -> LabeledFeatures {
    let train = try pool.selecting(rows, labels: labels)
    let numbers = train.features.floats() + labels.map(Float.init)
    return train.identified(by: try Fingerprint.of(Tensor(numbers, shape: [numbers.count])))
  }
}

// MARK: - Remarks

extension LearningData {
  /// The number of test images whose files are those of training images.
  package var repeatedTestImages: Int {
    LearnedImages(train.paths.compactMap { trainingHashes[$0] }).count(
      among: test?.paths.compactMap { testHashes[$0] } ?? [])
  }

  /// Adds what was noticed when the lists of images were read.
  mutating func note(_ dataset: Dataset) { remarks = .joined([ImageRemarks(dataset), remarks]) }

  /// Returns the facts on which the constants of a recipe depend.
  package func recipeSubject(of settings: LearningSettings) -> RecipeSubject {
    RecipeSubject(
      studyProtocol: settings.studyProtocol ?? (subset == .all ? .fewShot : .baseToNew), shots: shots, dataset: dataset)
  }

  /// The numbers of the training images and of the classes.
  package var counts: ImageCounts { ImageCounts(images: train.count, classes: classNames.count) }

  /// The shots that there are, beside those that are asked for; nil where all images are learned from.
  package var shotCount: ShotCount? {
    shots.map { ShotCount(asked: $0, labels: draw.drawnLabels, classNames: classNames) }
  }

  /// A warning about classes with fewer images than shots; nil where there are none.
  package var shortClasses: String? { shotCount?.warning }
}

// MARK: - Parts and changes

extension LearningData {
  /// Returns the data with new views of each training image for every epoch.
  ///
  /// - Parameter renewal: computes views of images of ``pool``.
  /// - Returns: the data.
  /// - Throws: `TensorError` when memory is exhausted.
  package func renewed(by renewal: @escaping LabeledFeatures.Renewal) throws -> LearningData {
    try LearningData(
      like: self, pool.renewed(by: renewal), draw, test: test, validation: validation)
  }

  /// Returns the data with the pixels of images, which prompts in the image tower are learned and measured with.
  func showing(
    train: LabeledFeatures.Pixels, test: LabeledFeatures.Pixels?, validation: LabeledFeatures.Pixels?
  ) throws -> LearningData {
    func shown(_ images: LabeledFeatures?, _ pixels: LabeledFeatures.Pixels?) -> LabeledFeatures? {
      images.map { images in pixels.map(images.showing) ?? images }
    }
    return try LearningData(
      like: self, pool.showing(train), draw, test: shown(self.test, test),
      validation: shown(self.validation, validation))
  }

  /// Returns the data of a subset of classes, renumbered: the images of the draw from all classes that belong to it.
  ///
  /// Source: the reference first draws from all classes, and then divides them.
  package func keeping(_ subset: ClassSubset) throws -> LearningData {
    guard subset != .all else { return self }
    let kept = subset.labels(of: train.labels)
    let keptSet = Set(kept)
    let rows = pool.labels.indices.filter { keptSet.contains(pool.labels[$0]) }
    let moved = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($0.element, $0.offset) })
    let part = try pool.keeping(kept)
    var data = try LearningData(
      like: self, part, part.draw(.train, rows: draw.rows.compactMap { moved[$0] }), test: test?.keeping(kept),
      validation: validation?.keeping(kept))
    data.subset = subset
    return data
  }

  /// Returns the data with noise on the labels of the training images.
  ///
  /// - Throws: `DatasetError` when the noise belongs to another draw.
  package func noisy(_ noise: LabelNoise, source: String = "the noise") throws -> LearningData {
    let (rows, labels) = try noise.applied(to: draw, source: source)
    var data = self
    data.train = try Self.train(pool, rows, labels: labels)
    data.trueLabels = rows.map { pool.labels[$0] }
    data.noise = noise
    return data
  }

  /// Returns the data with noise on the labels of the validation images.
  package func noisyValidation(_ noise: LabelNoise) throws -> LearningData {
    guard let validation else { return self }
    let (_, labels) = try noise.applied(to: validation.draw(.val))
    var data = self
    data.validation = try validation.labeled(labels)
    data.validationNoise = noise
    return data
  }
}
