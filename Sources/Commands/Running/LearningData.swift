import Checkpoints
import Datasets
import PromptLearning
import Tensors

/// Features to learn from and to test on, wherever they come from.
struct LearningData {
  let train: TrainingFeatures
  let classNames: [String]
  /// The images that are learned from, in order.
  let paths: [String]
  /// SHA-256 of the features and labels that are learned from.
  let trainFingerprint: String
  let test: TestFeatures?
  /// The data set's own template.
  let template: String?
  /// What the data are called.
  let name: String
  /// Images of each class, nil for all of them.
  let shots: Int?
  /// The seed of the draw, and of everything random that is learned from it.
  let seed: Int
  /// Whether the data are ImageNet, which the reference learns in fewer epochs.
  var isImageNet = false
  /// Which of the data's classes these are.
  private(set) var subset = ClassSubset.all

  /// Puts features together.
  ///
  /// - Parameters:
  ///   - store: features of training images.
  ///   - shots: images of each class, nil for all of them.
  ///   - seed: the seed of the draw.
  ///   - test: features of test images.
  ///   - model: the model that the features should be of.
  /// - Throws: ``CommandError/foreignFeatures(path:model:reason:)`` when they are another model's or of other classes.
  init(_ store: FeatureStore, shots: Int?, seed: Int, test: FeatureStore?, model: OpenedModel) throws {
    let fingerprint = model.folder.manifest.fingerprint
    for store in [store] + (test.map { [$0] } ?? []) where store.modelFingerprint != fingerprint {
      throw CommandError.foreignFeatures(
        path: store.path, model: model.folder.path,
        reason: "they are of the model \(store.modelFingerprint.prefix(12))…, this is \(fingerprint.prefix(12))…")
    }
    if let test, test.classNames != store.classNames {
      throw CommandError.foreignFeatures(
        path: test.path, model: model.folder.path,
        reason: "its \(test.classNames.count) classes are not the \(store.classNames.count) of \(store.path)")
    }
    var rows = Array(store.labels.indices)
    if let shots {
      let asked = "\(shots) shots, seed \(seed)"
      if store.key.draw == "none" {
        rows = try FewShotDraw(train: store.labels, val: [], shots: shots, seed: seed).train
      } else if store.key.draw != asked {
        throw CommandError.foreignFeatures(
          path: store.path, model: model.folder.path, reason: "they are of \(store.key.draw), not of \(asked)")
      }
    }
    train = try TrainingFeatures(features: store.features.selecting(rows), labels: rows.map { store.labels[$0] })
    classNames = store.classNames
    paths = rows.map { store.paths[$0] }
    trainFingerprint = try Self.fingerprint(of: train)
    self.test = try test.map { try TestFeatures($0) }
    template = store.template
    name = store.data
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

// MARK: - A part of the classes

extension LearningData {
  /// The data of some classes alone, renumbered: those images of the draw from all classes that show them.
  ///
  /// Source: the reference draws from all classes first and parts them then.
  func keeping(_ subset: ClassSubset) throws -> LearningData {
    guard subset != .all else { return self }
    let kept = subset.labels(of: train.labels)
    let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
    let rows = train.labels.indices.filter { places[train.labels[$0]] != nil }
    return try LearningData(
      self, subset,
      train: TrainingFeatures(
        features: train.features.selecting(rows), labels: rows.compactMap { places[train.labels[$0]] }),
      classNames: kept.map { classNames[$0] }, paths: rows.map { paths[$0] }, test: test?.keeping(kept))
  }

  /// The same images with other labels.
  func relabelled(_ labels: [Int]) throws -> LearningData {
    try LearningData(
      self, subset, train: TrainingFeatures(features: train.features, labels: labels), classNames: classNames,
      paths: paths, test: test)
  }

  private init(
    _ whole: LearningData, _ subset: ClassSubset, train: TrainingFeatures, classNames: [String], paths: [String],
    test: TestFeatures?
  ) throws {
    self.train = train
    self.classNames = classNames
    self.paths = paths
    self.test = test
    trainFingerprint = try Self.fingerprint(of: train)
    template = whole.template
    name = whole.name
    shots = whole.shots
    seed = whole.seed
    isImageNet = whole.isImageNet
    self.subset = subset
  }
}
