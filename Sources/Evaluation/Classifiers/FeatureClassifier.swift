import PromptLensFeatures
import PromptLensTensors

/// A classifier of image features, whatever made it: words, a probe, an adapter.
///
/// The one thing that every measure needs is a logit for each image and class; their softmax is the classes'
/// probabilities. ``parts`` and ``settings`` are all that a file of it holds.
package protocol FeatureClassifier: Sendable {
  /// What a file calls this kind of classifier.
  static var kind: String { get }
  /// The number of classes.
  var ways: Int { get }
  /// The width of a feature.
  var width: Int { get }
  /// Its arrays, by name.
  var parts: [(name: String, tensor: Tensor)] { get }
  /// Its numbers, by name.
  var settings: [(name: String, value: Double)] { get }

  /// The logits of images.
  ///
  /// - Parameter features: image features as the tower gives them, `[images, width]`.
  /// - Returns: `[images, ways]`.
  /// - Throws: `TensorError` when the widths differ.
  func logits(for features: Tensor) throws -> Tensor
}

extension FeatureClassifier {
  /// The logits of images among some of the classes.
  ///
  /// - Parameters:
  ///   - features: image features, `[images, width]`.
  ///   - classes: the classes to choose from, in the order that the columns are to have.
  /// - Returns: `[images, classes.count]`.
  /// - Throws: `TensorError` when the widths differ; ``EvaluationError`` when a class is none or there is none.
  package func logits(for features: Tensor, among classes: [Int]) throws -> Tensor {
    guard !classes.isEmpty else { throw EvaluationError.noClasses }
    for label in classes where !(0..<ways).contains(label) {
      throw EvaluationError.labelOutOfRange(label: label, ways: ways)
    }
    let all = try logits(for: features)
    let rows = all.shape.dimensions[0]
    let chosen = FloatBuffer(uninitialized: rows * classes.count)
    all.withFloats { all in
      for row in 0..<rows {
        for (place, label) in classes.enumerated() {
          chosen.pointer[row * classes.count + place] = all[row * ways + label]
        }
      }
    }
    return try Tensor(chosen, shape: [rows, classes.count], name: "logits")
  }

  /// How many images have their largest logit at their label; of equal logits the first counts.
  package func correct(_ images: LabeledFeatures) throws -> Int {
    let predictions = CosineClassifier.predictions(ofLogits: try logits(for: images.view()))
    return zip(predictions, images.labels).count { $0 == $1 }
  }
}
