import Foundation
import PromptLensFeatures
import PromptLensTensors

/// The `.npy` files of an experiment on plain arrays, and the names of their classes.
package struct FeatureArrayFiles: Sendable {
  /// A file of features and a file of labels.
  package struct Pair: Sendable {
    /// Floats, `[images, width]`.
    package let features: String
    /// Whole numbers, `[images]`.
    package let labels: String

    /// Creates a pair; nil unless both files are given.
    package init?(features: String?, labels: String?) {
      guard let features, let labels else { return nil }
      self.features = features
      self.labels = labels
    }
  }

  /// The training images.
  package let train: Pair
  /// The validation images.
  package let validation: Pair?
  /// The test images.
  package let test: Pair?
  /// The classes' text features, `[classes, width]`.
  package let text: String?
  /// A file of class names; nil if classes only have numbers.
  package let classNames: String?
  /// The factor of cosines.
  package let scale: Float

  /// Creates a list of files; without a scale, it is ``FeatureArrays/defaultScale``.
  package init(
    train: Pair, validation: Pair? = nil, test: Pair? = nil, text: String? = nil, classNames: String? = nil,
    scale: Double? = nil
  ) {
    self.train = train
    self.validation = validation
    self.test = test
    self.text = text
    self.classNames = classNames
    self.scale = scale.map { Float($0) } ?? FeatureArrays.defaultScale
  }

  /// The name of the data: that of the file to learn from.
  package var name: String { URL(fileURLWithPath: train.features).lastPathComponent }

  /// The contents of the files.
  package struct Contents {
    package let train: LabeledFeatures
    package let validation: LabeledFeatures?
    package let test: LabeledFeatures?
    package let text: Tensor?
    package let classNames: [String]
  }

  /// Reads the files, and checks that they are consistent.
  ///
  /// - Throws: ``ExperimentError/badArray(path:reason:)`` or ``ExperimentError/badTexts(path:reason:)`` naming the file
  ///   that doesn't fit.
  package func read() throws -> Contents {
    let text = try text.map { try FeatureArrays.rows($0) }
    let known = text?.shape.dimensions
    let train = try FeatureArrays.labeled(
      features: train.features, labels: train.labels, width: known?[1], classCount: known?[0], like: self.text ?? "")
    let classCount = known?[0] ?? ((train.labels.max() ?? 0) + 1)
    let names = try FeatureArrays.classNames(classNames, classCount: classCount)
    func read(_ pair: Pair?) throws -> LabeledFeatures? {
      try pair.map {
        try FeatureArrays.labeled(
          features: $0.features, labels: $0.labels, width: train.width, classCount: classCount,
          like: self.text ?? self.train.features, classNames: names)
      }
    }
    return Contents(
      train: try train.labeled(classNames: names), validation: try read(validation), test: try read(test), text: text,
      classNames: names)
  }
}
