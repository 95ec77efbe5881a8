import Kernels
import Tensors

/// A classifier made of words: for each class the mean of its prompts' unit features, scaled to length one.
///
/// Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), section 3.1.4,
/// "Prompt engineering and ensembling".
public struct ZeroShotClassifier: Sendable {
  /// One unit row for each class, `[classes, embedDimension]`.
  public let weights: Tensor

  /// The number of classes.
  public var ways: Int { weights.shape.dimensions[0] }

  /// Builds the classifier.
  ///
  /// - Parameters:
  ///   - classNames: the classes; underscores are read as spaces, as in CoOp.
  ///   - templates: prompts with `{}` for the class name.
  ///   - encode: features of texts, `[texts, embedDimension]`, unnormalised.
  /// - Throws: ``EvaluationError`` when there is no class or a template has no `{}`, and what `encode` throws.
  public init(
    classNames: [String], templates: [Template], encode: ([String]) throws -> Tensor
  ) throws {
    guard !classNames.isEmpty else { throw EvaluationError.noClasses }
    guard !templates.isEmpty else { throw EvaluationError.noTemplates }
    let names = classNames.map { $0.replacing("_", with: " ") }
    let features = try encode(templates.flatMap { template in names.map { template.prompt(for: $0) } })
    let width = features.shape.dimensions[1]
    let mean = FloatBuffer(count: names.count * width)
    features.withFloats { features in
      for index in templates.indices {
        let part = FloatBuffer(count: mean.count)
        _ = part.elements.update(fromContentsOf: features[index * mean.count..<(index + 1) * mean.count])
        kernels().pointee.normalize_rows(part.pointer, names.count, width)
        kernels().pointee.add(part.pointer, mean.pointer, mean.count)
      }
    }
    kernels().pointee.normalize_rows(mean.pointer, names.count, width)
    weights = try Tensor(mean, shape: [names.count, width], name: "classifier")
  }

  /// The class of the largest cosine for each image; of equal ones the first.
  ///
  /// - Parameter features: image features, `[images, embedDimension]`; their lengths do not matter.
  /// - Returns: for each image the index of its class.
  /// - Throws: ``TensorError`` when the widths differ.
  public func predictions(for features: Tensor) throws -> [Int] {
    try cosines(with: features).withFloats { cosines in
      stride(from: 0, to: cosines.count, by: ways).map { start in
        var best = start
        for index in start..<start + ways where cosines[index] > cosines[best] { best = index }
        return best - start
      }
    }
  }

  /// The cosine of each image and each class.
  ///
  /// - Parameter features: image features, `[images, embedDimension]`; their lengths do not matter.
  /// - Returns: `[images, classes]`.
  /// - Throws: ``TensorError`` when the widths differ.
  public func cosines(with features: Tensor) throws -> Tensor {
    let dimensions = features.shape.dimensions
    let width = weights.shape.dimensions[1]
    guard dimensions.count == 2, dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "zero-shot", name: "image features", expected: [-1, width], found: dimensions)
    }
    let unit = FloatBuffer(count: features.shape.count)
    features.withFloats { _ = unit.elements.update(fromContentsOf: $0) }
    kernels().pointee.normalize_rows(unit.pointer, dimensions[0], width)
    let result = FloatBuffer(count: dimensions[0] * ways)
    try LinearLayer(weight: weights, name: "classifier").apply(unit.pointer, rows: dimensions[0], to: result.pointer)
    return try Tensor(result, shape: [dimensions[0], ways], name: "cosines")
  }
}
