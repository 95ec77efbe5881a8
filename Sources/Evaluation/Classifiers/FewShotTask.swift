import PromptLensFeatures
import PromptLensTensors

/// The data a classifier is made of: a few images of each class, some more to choose settings on, and the classes'
/// words.
package struct FewShotTask: Sendable {
  /// The images to learn from.
  package let train: LabeledFeatures
  /// The images that settings are chosen on; without them settings are the methods' own.
  package let validation: LabeledFeatures?
  /// A row for each class as the text tower gives it, `[classes, width]`; nil for methods that need no words.
  package let text: Tensor?
  /// The number of classes.
  package let classCount: Int
  /// The factor of cosines, `exp(logit_scale)`.
  package let scale: Float
  /// The seed of orders and of first values.
  package let seed: Int

  /// Creates a task.
  ///
  /// - Parameters:
  ///   - train: images to learn from, at least one of each class.
  ///   - validation: images to choose settings on; never those that results are measured on.
  ///   - text: a row for each class, `[classes, width]`.
  ///   - classCount: the number of classes.
  ///   - scale: `exp(logit_scale)`.
  ///   - seed: the seed of orders and of first values.
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

  /// The most training images that a class has.
  package var shots: Int {
    var counts = [Int](repeating: 0, count: classCount)
    for label in train.labels { counts[label] += 1 }
    return counts.max() ?? 0
  }

  /// Returns the words' rows, for a method that needs them.
  func requiredText(_ method: String) throws(EvaluationError) -> Tensor {
    guard let text else { throw .noTextFeatures(method: method) }
    return text
  }
}
