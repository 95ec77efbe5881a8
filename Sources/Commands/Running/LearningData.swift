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
  let test: FeatureStore?
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
    let features = try store.features.selecting(rows)
    let labels = rows.map { store.labels[$0] }
    train = try TrainingFeatures(features: features, labels: labels)
    classNames = store.classNames
    paths = rows.map { store.paths[$0] }
    trainFingerprint = try Fingerprint.of(
      Tensor(features.floats() + labels.map(Float.init), shape: [features.shape.count + labels.count]))
    self.test = test
    template = store.template
    name = store.data
    self.shots = shots
    self.seed = seed
  }
}

extension Tensor {
  /// Some rows along the first axis, copied.
  fileprivate func selecting(_ rows: [Int]) throws -> Tensor {
    let size = shape.dimensions.dropFirst().reduce(1, *)
    let buffer = FloatBuffer(uninitialized: rows.count * size)
    withFloats { values in
      guard let base = values.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        (buffer.pointer + place * size).update(from: base + row * size, count: size)
      }
    }
    return try Tensor(buffer, shape: [rows.count] + shape.dimensions.dropFirst(), name: "features")
  }
}
