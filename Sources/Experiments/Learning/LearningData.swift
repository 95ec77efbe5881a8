import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors

/// Features to learn from and to test on, wherever they come from.
package struct LearningData {
  /// The images to draw from with their true labels, and those drawn.
  package let draw: LabeledDraw
  /// Features of the images to draw from, `[N, V, D]`, in the order of ``LabeledDraw/paths``.
  package let pool: Tensor
  /// The places of the images to draw from in the training split.
  package let indices: [Int]
  /// What makes features of the images to draw from anew for every epoch; nil where those of ``pool`` are learned from.
  package private(set) var renewal: TrainingFeatures.Renewal?
  package private(set) var train: TrainingFeatures
  /// The rows of ``pool`` that are learned from, in order.
  private let rows: [Int]
  /// The images that are learned from, in order.
  package let paths: [String]
  /// The true class of each image that is learned from; ``TrainingFeatures/labels`` are those that it is given.
  package let trueLabels: [Int]
  /// SHA-256 of the features and labels that are learned from.
  package let trainFingerprint: String
  package let test: TestFeatures?
  /// The images that settings are chosen on, where there are some.
  package private(set) var validation: TestFeatures?
  /// The labels that are wrong, as far as that is known.
  package private(set) var noise: LabelNoise?
  package private(set) var validationNoise: LabelNoise?
  /// The data set's own template.
  package let template: String?
  /// All training images that the data set lists, where they are more than those to draw from; nil for these.
  package var listed: Set<String>?
  /// What the data are called.
  package let name: String
  /// Images of each class, nil for all of them.
  package let shots: Int?
  /// The seed of the draw, and of everything random that is learned from it.
  package let seed: Int
  /// Whether the data are ImageNet, which the reference learns in fewer epochs.
  package var isImageNet = false
  /// Which of the data's classes these are.
  package private(set) var subset = ClassSubset.all

  package var classNames: [String] { draw.classNames }

  /// Puts features together.
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
    var rows = Array(store.labels.indices)
    if let shots {
      let asked = "\(shots) shots, seed \(seed)"
      if store.key.draw == "none" {
        rows = try FewShotDraw(train: store.labels, val: [], shots: shots, seed: seed).train
      } else if store.key.draw != asked {
        throw ExperimentError.foreignFeatures(
          path: store.path, model: model.folder.path, reason: "they are of \(store.key.draw), not of \(asked)")
      }
    }
    draw = LabeledDraw(paths: store.paths, labels: store.labels, classNames: store.classNames, rows: rows)
    pool = store.features
    trueLabels = draw.drawnLabels
    train = try Self.train(pool, rows, labels: trueLabels)
    paths = rows.map { store.paths[$0] }
    indices = store.indices
    self.rows = rows
    trainFingerprint = try Self.fingerprint(of: train)
    self.test = try test.map { try TestFeatures($0) }
    self.validation = try validation.map { try TestFeatures($0) }
    template = store.template
    name = store.data
    self.shots = shots
    self.seed = seed
  }

  /// Features of plain arrays, without a model; images are called by their rows.
  ///
  /// - Parameters:
  ///   - train: features and labels of training images.
  ///   - shots: images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - test: features of test images.
  ///   - classNames: the classes.
  ///   - name: what the data are called.
  /// - Throws: `DatasetError` when the draw cannot be made.
  package init(
    arrays train: LabelledFeatures, shots: Int?, seed: Int, test: TestFeatures, classNames: [String], name: String
  ) throws {
    let rows =
      try shots.map { try FewShotDraw(train: train.labels, val: [], shots: $0, seed: seed).train }
      ?? Array(train.labels.indices)
    draw = LabeledDraw(
      paths: train.labels.indices.map { "row \($0)" }, labels: train.labels, classNames: classNames, rows: rows)
    pool = try train.features.reshaped([train.count, 1, train.width])
    trueLabels = draw.drawnLabels
    self.train = try Self.train(pool, rows, labels: trueLabels)
    paths = rows.map { "row \($0)" }
    indices = Array(train.labels.indices)
    self.rows = rows
    trainFingerprint = try Self.fingerprint(of: self.train)
    self.test = test
    template = nil
    self.name = name
    self.shots = shots
    self.seed = seed
  }

  private static func fingerprint(of train: TrainingFeatures) throws -> String {
    try Fingerprint.of(
      Tensor(
        train.features.floats() + train.labels.map(Float.init),
        shape: [train.features.shape.count + train.labels.count]))
  }
}

// MARK: - Augmentation online

extension LearningData {
  /// The data with features that are made anew for every epoch.
  ///
  /// - Parameter renewal: makes features of rows of ``pool``.
  /// - Returns: the data; what they were without is the same.
  /// - Throws: `TensorError`, which would be a mistake of this program.
  package func renewed(by renewal: @escaping TrainingFeatures.Renewal) throws -> LearningData {
    var data = self
    data.renewal = renewal
    data.train = try Self.train(pool, rows, labels: train.labels, renewal)
    return data
  }

  /// Features of rows of a pool, and what makes those anew.
  private static func train(
    _ pool: Tensor, _ rows: [Int], labels: [Int], _ renewal: TrainingFeatures.Renewal? = nil
  ) throws -> TrainingFeatures {
    try TrainingFeatures(features: pool.selecting(rows), labels: labels, renewal: Self.renewal(renewal, of: rows))
  }

  /// What makes features of some rows anew, as that of all rows does.
  private static func renewal(_ all: TrainingFeatures.Renewal?, of rows: [Int]) -> TrainingFeatures.Renewal? {
    guard let all else { return nil }
    return { epoch, images in try all(epoch, images.map { rows[$0] }) }
  }
}

// MARK: - A part of the classes

extension LearningData {
  /// The data of some classes alone, renumbered: those images of the draw from all classes that show them.
  ///
  /// Source: the reference draws from all classes first and parts them then.
  package func keeping(_ subset: ClassSubset) throws -> LearningData {
    guard subset != .all else { return self }
    let kept = subset.labels(of: train.labels)
    let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
    let rows = draw.labels.indices.filter { places[draw.labels[$0]] != nil }
    let moved = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($0.element, $0.offset) })
    let part = LabeledDraw(
      paths: rows.map { draw.paths[$0] }, labels: rows.compactMap { places[draw.labels[$0]] },
      classNames: kept.map { classNames[$0] }, rows: draw.rows.compactMap { moved[$0] })
    var data = try LearningData(
      self, part, pool: pool.selecting(rows), indices: rows.map { indices[$0] }, rows: part.rows,
      labels: part.drawnLabels, renewal: Self.renewal(renewal, of: rows), test: test?.keeping(kept),
      validation: validation?.keeping(kept))
    data.subset = subset
    return data
  }

  private init(
    _ whole: LearningData, _ draw: LabeledDraw, pool: Tensor, indices: [Int], rows: [Int], labels: [Int],
    renewal: TrainingFeatures.Renewal?, test: TestFeatures?, validation: TestFeatures?
  ) throws {
    self.draw = draw
    self.pool = pool
    self.indices = indices
    self.rows = rows
    self.renewal = renewal
    train = try Self.train(pool, rows, labels: labels, renewal)
    paths = rows.map { draw.paths[$0] }
    trueLabels = rows.map { draw.labels[$0] }
    self.test = test
    self.validation = validation
    trainFingerprint = try Self.fingerprint(of: train)
    template = whole.template
    listed = whole.listed
    name = whole.name
    shots = whole.shots
    seed = whole.seed
    isImageNet = whole.isImageNet
    subset = whole.subset
  }
}

// MARK: - Wrong labels

extension LearningData {
  /// The data with noise on the training images.
  ///
  /// - Throws: `DatasetError` when the noise is another draw's.
  package func noisy(_ noise: LabelNoise, source: String = "the noise") throws -> LearningData {
    let (rows, labels) = try noise.applied(to: draw, source: source)
    var data = try LearningData(
      self, draw, pool: pool, indices: indices, rows: rows, labels: labels, renewal: renewal, test: test,
      validation: validation)
    data.noise = noise
    return data
  }

  /// The data with noise on the validation images.
  package func noisyValidation(_ noise: LabelNoise) throws -> LearningData {
    guard let validation else { return self }
    let (_, labels) = try noise.applied(to: validation.draw(.val))
    var data = self
    data.validation = validation.labelled(labels)
    data.validationNoise = noise
    return data
  }
}
