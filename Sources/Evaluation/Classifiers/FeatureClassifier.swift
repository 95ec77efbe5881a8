import PromptLensFeatures
import PromptLensTensors

/// A classifier of image features: hand-written or learned prompts, a probe, an adapter.
///
/// All metrics are computed from a logit for each image and class, whose softmax gives the classes' probabilities.
package protocol FeatureClassifier: Sendable {
  /// The number of classes.
  var classCount: Int { get }

  /// Returns the features that the classifier reads of some images, `[images, width]`: those that are known, or others where
  /// it has an image tower of its own.
  ///
  /// - Throws: the errors of reading and encoding images.
  func features(of images: LabeledFeatures) throws -> Tensor

  /// Computes the logits of images.
  ///
  /// - Parameter features: image features from the tower, `[images, width]`.
  /// - Returns: `[images, classes]`.
  /// - Throws: `TensorError` when the widths differ.
  func logits(for features: Tensor) throws -> Tensor

  /// Computes the logits of images for some of the classes.
  ///
  /// The default implementation selects columns; a classifier that can compute fewer logits implements this method.
  ///
  /// - Parameters:
  ///   - features: image features, `[images, width]`.
  ///   - classes: the classes to choose from, in the order of the columns.
  /// - Returns: `[images, classes.count]`.
  /// - Throws: `TensorError` when the widths differ; ``EvaluationError`` without classes, or for an unknown one.
  func logits(for features: Tensor, among classes: [Int]) throws -> Tensor
}

extension FeatureClassifier {
  /// Returns the first view of each image.
  package func features(of images: LabeledFeatures) throws -> Tensor { try images.view() }

  /// Computes all logits, and selects columns.
  package func logits(for features: Tensor, among classes: [Int]) throws -> Tensor {
    guard !classes.isEmpty else { throw EvaluationError.noClasses }
    for label in classes where !(0..<classCount).contains(label) {
      throw EvaluationError.labelOutOfRange(label: label, classCount: classCount)
    }
    let all = try logits(for: features)
    let rows = all.shape.dimensions[0]
    let chosen = FloatBuffer(uninitialized: rows * classes.count)
    all.withFloats { all in
      for row in 0..<rows {
        for (column, label) in classes.enumerated() {
          chosen.pointer[row * classes.count + column] = all[row * classCount + label]
        }
      }
    }
    return try Tensor(chosen, shape: [rows, classes.count], name: "logits")
  }

  /// Returns the most probable class of each image; of equal logits the first counts.
  package func predictions(for features: Tensor) throws -> [Int] {
    CosineClassifier.predictions(ofLogits: try logits(for: features))
  }

  /// Counts the correctly classified images.
  package func correct(_ images: LabeledFeatures) throws -> Int {
    zip(try predictions(for: images.view()), images.labels).count { $0 == $1 }
  }
}

/// A classifier that can be stored in a file as arrays and numbers.
package protocol StorableClassifier: FeatureClassifier {
  /// The name of this kind of classifier in files.
  static var kind: String { get }
  /// The width of a feature.
  var width: Int { get }
  /// The arrays, by name.
  var parts: [(name: String, tensor: Tensor)] { get }
  /// The numbers, by name.
  var settings: [(name: String, value: Double)] { get }

  /// Creates a classifier from the arrays and numbers of a file.
  ///
  /// - Throws: ``EvaluationError/badClassifier(path:reason:)`` when one is missing or invalid; `TensorError` when
  ///   shapes don't match.
  init(_ stored: StoredParts) throws
}
