import PromptLensFeatures
import PromptLensTensors

/// The data for making a classifier: a few images of each class, optional validation images, and the classes' text
/// features.
package struct FewShotTask: Sendable {
  /// The training images.
  package let train: LabeledFeatures
  /// Several views of each training image, of which ``train`` has the means; nil for one.
  package var views: LabeledFeatures?
  /// The validation images for choosing settings; without them methods keep their defaults.
  package let validation: LabeledFeatures?
  /// The text feature of each class, `[classes, width]`; nil for methods that don't need any.
  package let text: Tensor?
  /// The number of classes.
  package let classCount: Int
  /// The factor of cosines, `exp(logit_scale)`.
  package let scale: Float
  /// The seed of orders and initial values.
  package let seed: Int

  /// Creates a task.
  ///
  /// - Parameters:
  ///   - train: training images, at least one of each class.
  ///   - validation: validation images for choosing settings, which must not be test images.
  ///   - text: the text feature of each class, `[classes, width]`.
  ///   - classCount: the number of classes.
  ///   - scale: `exp(logit_scale)`.
  ///   - seed: the seed of orders and initial values.
  /// - Throws: ``EvaluationError`` when a class has no image or a label is out of range; `TensorError` when widths
  ///   differ.
  package init(
    train: LabeledFeatures, validation: LabeledFeatures? = nil, text: Tensor? = nil, classCount: Int,
    scale: Float = 100,
    seed: Int = 1
  ) throws {
    guard classCount > 0 else { throw EvaluationError.noClasses }
    let parts = [("training images", train)] + (validation.map { [("validation images", $0)] } ?? [])
    for (name, part) in parts {
      for label in part.labels where !(0..<classCount).contains(label) {
        throw EvaluationError.labelOutOfRange(label: label, classCount: classCount)
      }
      guard part.width == train.width else {
        throw TensorError.shapeMismatch(
          operation: "classifier", name: name, expected: [-1, train.width], found: [part.count, part.width])
      }
      guard part.features.isFinite else { throw EvaluationError.notFinite(what: name) }
    }
    if let text {
      guard text.shape.dimensions == [classCount, train.width] else {
        throw TensorError.shapeMismatch(
          operation: "classifier", name: "text features", expected: [classCount, train.width],
          found: text.shape.dimensions)
      }
      guard text.isFinite else { throw EvaluationError.notFinite(what: "text features") }
    }
    let present = Set(train.labels)
    if let missing = (0..<classCount).first(where: { !present.contains($0) }) {
      throw EvaluationError.classWithoutImages(
        label: missing, count: classCount - present.count, classCount: classCount)
    }
    self.train = train
    self.validation = validation.flatMap { $0.count > 0 ? $0 : nil }
    self.text = text
    self.classCount = classCount
    self.scale = scale
    self.seed = seed
  }

  /// The largest number of training images of a class.
  package var shots: Int {
    var counts = [Int](repeating: 0, count: classCount)
    for label in train.labels { counts[label] += 1 }
    return counts.max() ?? 0
  }

  /// Returns the text features for a method that requires them.
  func requiredText(_ method: String) throws(EvaluationError) -> Tensor {
    guard let text else { throw .noTextFeatures(method: method) }
    return text
  }
}
