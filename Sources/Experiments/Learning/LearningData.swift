import PromptLensDatasets
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

/// A draw of labeled features to learn from, with the features to test and to choose settings on.
package struct LearningData {
  /// The images to draw from, with their true labels.
  package let pool: LabeledFeatures
  /// The draw among ``pool``, with true labels.
  package let draw: LabeledDraw
  /// The images that are learned from, with the labels that they are given. Its identifier is a SHA-256 of the features
  /// and labels.
  package private(set) var train: LabeledFeatures
  /// The true class of each image in ``train``.
  package private(set) var trueLabels: [Int]
  /// The test images, where there are some.
  package let test: LabeledFeatures?
  /// The images that settings are chosen on, where there are some.
  package private(set) var validation: LabeledFeatures?
  /// The training labels that are wrong, as far as they are known.
  package private(set) var noise: LabelNoise?
  /// The validation labels that are wrong.
  package private(set) var validationNoise: LabelNoise?
  /// The data set's own template.
  package let template: String?
  /// The paths of all training images that the data set lists, where they are more than ``pool``; nil otherwise.
  package var listed: Set<String>?
  /// The name of the data.
  package let name: String
  /// The number of training images of each class, nil for all of them.
  package let shots: Int?
  /// The seed of the draw, and of everything random that is learned from it.
  package let seed: Int
  /// The split file of data whose test images were set aside; nil for data with splits of its own.
  package var holdOutManifest: JSON?
  /// The SHA-256 of training images by their paths, where they are known.
  package private(set) var trainingHashes: [String: String] = [:]
  /// The SHA-256 of test images by their paths, where they are known.
  private var testHashes: [String: String] = [:]
  /// Whether the data are ImageNet, which the reference learns in fewer epochs.
  package var isImageNet = false
  /// The part of the data's classes that these are.
  package private(set) var subset = ClassSubset.all

  /// The names of the classes.
  package var classNames: [String] { draw.classNames }

  /// Creates learning data from stored features.
  ///
  /// - Parameters:
  ///   - store: features of training images.
  ///   - shots: images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - test: features of test images.
  ///   - validation: features of validation images.
  ///   - model: the model that the features should be of.
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)`` when they are another model's or of other classes.
  package init(
    _ store: FeatureStore, shots: Int?, seed: Int, test: FeatureStore?, validation: FeatureStore? = nil,
    model: OpenedModel
  ) throws {
    for found in [store, test, validation].compactMap(\.self) {
      try found.check(against: model)
      try found.checkClasses(of: store, model: model)
    }
    let isDrawn = store.key.draw != "none"
    let asked = "\(shots ?? 0) shots, seed \(seed)"
    guard shots == nil || !isDrawn || store.key.draw == asked else {
      throw ExperimentError.foreignFeatures(
        path: store.path, model: model.folder.path, reason: "they are of \(store.key.draw), not of \(asked)")
    }
    try self.init(
      store.images, shots: shots, drawsShots: !isDrawn, seed: seed, test: test?.images,
      validation: validation?.images, template: store.template, name: store.data)
    func hashes(_ store: FeatureStore) -> [String: String] {
      Dictionary(zip(store.paths, store.contentHashes).filter { !$1.isEmpty }) { first, _ in first }
    }
    trainingHashes = hashes(store)
    testHashes = test.map(hashes) ?? [:]
  }

  /// Creates learning data from features that no model is known of.
  ///
  /// - Parameters:
  ///   - pool: features and labels of the images to draw from, with the names of their classes.
  ///   - shots: images of each class, nil for all of them.
  ///   - drawsShots: whether to draw the shots; false where the pool holds nothing else.
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

  /// Creates data like others, from another pool and draw.
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
    isImageNet = whole.isImageNet
    subset = whole.subset
    holdOutManifest = whole.holdOutManifest
    trainingHashes = whole.trainingHashes
    testHashes = whole.testHashes
  }

  /// Returns the images that are learned from, identified by a hash of their features and labels.
  private static func train(_ pool: LabeledFeatures, _ rows: [Int], labels: [Int]) throws -> LabeledFeatures {
    let train = try pool.selecting(rows, labels: labels)
    let numbers = train.features.floats() + labels.map(Float.init)
    return train.identified(by: try Fingerprint.of(Tensor(numbers, shape: [numbers.count])))
  }
}

// MARK: - What is noticed

extension LearningData {
  /// The number of test images whose files are those of training images.
  package var repeatedTestImages: Int {
    let learned = Set(train.paths.compactMap { trainingHashes[$0] })
    return test?.paths.count { path in testHashes[path].map { learned.contains($0) } ?? false } ?? 0
  }

  /// The shots that there are, beside those that are asked for; nil where all images are learned from.
  package var shotCount: ShotCount? {
    shots.map { ShotCount(asked: $0, labels: draw.drawnLabels, classNames: classNames) }
  }
}

// MARK: - Parts and changes

extension LearningData {
  /// Returns the data with new views of each training image for every epoch; everything else stays as it is.
  ///
  /// - Parameter renewal: computes views of images of ``pool``.
  /// - Returns: the data.
  /// - Throws: `TensorError` when no memory can be had.
  package func renewed(by renewal: @escaping LabeledFeatures.Renewal) throws -> LearningData {
    try LearningData(
      like: self, pool.renewed(by: renewal), draw, test: test, validation: validation)
  }

  /// Returns the data of some classes alone, renumbered: those images of the draw from all classes that show them.
  ///
  /// Source: the reference draws from all classes first and parts them then.
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
