import PromptLensPrompts
import PromptLensTensors

/// A zero-shot classifier, with the mean of the unit features of each class's prompts, scaled to length one.
///
/// Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), section
/// 3.1.4, "Prompt engineering and ensembling".
package struct ZeroShotClassifier: Sendable {
  /// The classifier by cosine similarity with the text features.
  package let classifier: CosineClassifier

  /// The rows scaled to the mean length of their prompts' features, for methods that depend on lengths;
  /// `[classes, embedDimension]`.
  package let textFeatures: Tensor

  /// One unit row for each class, `[classes, embedDimension]`.
  package var weights: Tensor { classifier.weights }
  /// The number of classes.
  package var classCount: Int { classifier.classCount }

  /// Builds the classifier.
  ///
  /// - Parameters:
  ///   - classNames: the classes; underscores are read as spaces, as in CoOp.
  ///   - templates: prompts with `{}` for the class name.
  ///   - encode: features of texts, `[texts, embedDimension]`, unnormalized.
  /// - Throws: ``EvaluationError`` when there aren't any classes or a template has no `{}`, and the errors of `encode`.
  package init(
    classNames: [String], templates: [Template], encode: ([String]) throws -> Tensor
  ) throws {
    guard !classNames.isEmpty else { throw EvaluationError.noClasses }
    guard !templates.isEmpty else { throw EvaluationError.noTemplates }
    let names = classNames.map { $0.replacing("_", with: " ") }
    let features = try encode(templates.flatMap { template in names.map { template.prompt(for: $0) } })
    let width = features.shape.dimensions[1]
    let mean = FloatBuffer(count: names.count * width)
    var lengths = [Float](repeating: 0, count: names.count)
    features.withFloats { features in
      for row in 0..<templates.count * names.count {
        let squares = features[row * width..<(row + 1) * width].reduce(0.0) { $0 + Double($1) * Double($1) }
        lengths[row % names.count] += Float(squares.squareRoot() / Double(templates.count))
      }
      for index in templates.indices {
        guard let base = features.baseAddress else { continue }
        let part = FloatBuffer(copying: base + index * mean.count, count: mean.count)
        part.normalizeRows(width: width)
        mean.add(part)
      }
    }
    classifier = try CosineClassifier(weights: Tensor(mean, shape: [names.count, width], name: "classifier"))
    let rows = classifier.weights.floats().enumerated().map { $1 * lengths[$0 / width] }
    textFeatures = try Tensor(rows, shape: [names.count, width], name: "text features")
  }

  /// Returns the class of the largest cosine for each image; see ``CosineClassifier/predictions(for:)``.
  package func predictions(for features: Tensor) throws -> [Int] { try classifier.predictions(for: features) }

  /// Returns the cosine of each image and each class; see ``CosineClassifier/cosines(with:)``.
  package func cosines(with features: Tensor) throws -> Tensor { try classifier.cosines(with: features) }
}
