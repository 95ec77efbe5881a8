import PromptLensTensors

/// A linear classifier, `z = s · f Wᵀ + b`, with the feature f unscaled or scaled to length one.
package struct LinearClassifier: StorableClassifier {
  /// The name, `linear`.
  package static let kind = "linear"
  /// W, `[classes, width]`, f32.
  package let weights: Tensor
  /// b, `[classes]`; nil for none.
  package let bias: Tensor?
  /// s.
  package let scale: Float
  /// A Boolean value that indicates whether features are first scaled to length one.
  package let normalizes: Bool

  /// Creates a classifier.
  ///
  /// - Parameters:
  ///   - weights: W, `[classes, width]`.
  ///   - bias: b, `[classes]`.
  ///   - scale: s.
  ///   - normalizes: whether features are scaled to length one first.
  /// - Throws: ``EvaluationError/noClasses``, or `TensorError` when the shapes do not match.
  package init(weights: Tensor, bias: Tensor? = nil, scale: Float = 1, normalizes: Bool) throws {
    let shape = weights.shape.dimensions
    guard shape.count == 2 else {
      throw TensorError.shapeMismatch(operation: "classifier", name: "weights", expected: [-1, -1], found: shape)
    }
    guard weights.shape.count > 0 else { throw EvaluationError.noClasses }
    if let bias, bias.shape.dimensions != [shape[0]] {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "bias", expected: [shape[0]], found: bias.shape.dimensions)
    }
    self.weights = weights.converted(to: .float32)
    self.bias = bias?.converted(to: .float32)
    self.scale = scale
    self.normalizes = normalizes
  }

  /// Creates a classifier from a file's arrays and numbers.
  package init(_ stored: StoredParts) throws {
    try self.init(
      weights: stored.part("weights"), bias: stored.optionalPart("bias"), scale: Float(stored.setting("scale")),
      normalizes: stored.setting("normalizes") != 0)
  }

  /// Returns a classifier from text features: the cosine of an image and each class's row, times CLIP's scale.
  ///
  /// - Parameters:
  ///   - text: a row for each class, of any length, `[classes, width]`.
  ///   - scale: `exp(logit_scale)`.
  /// - Returns: the classifier.
  /// - Throws: ``EvaluationError/noClasses``, or `TensorError` when `text` isn't a matrix.
  package static func cosine(text: Tensor, scale: Float) throws -> LinearClassifier {
    try LinearClassifier(weights: CosineClassifier(weights: text).weights, scale: scale, normalizes: true)
  }

  /// The factor of the cosines, where logits are cosines times a factor; nil for weights of other lengths or with offsets.
  package var cosineScale: Float? {
    guard normalizes, bias == nil else { return nil }
    let isUnit = weights.withFloats { values in
      (0..<classCount).allSatisfy { row in
        abs((0..<width).reduce(0) { $0 + Double(values[row * width + $1]) * Double(values[row * width + $1]) } - 1)
          < 1e-3
      }
    }
    return isUnit ? scale : nil
  }

  /// The number of classes.
  package var classCount: Int { weights.shape.dimensions[0] }
  /// The width of a feature.
  package var width: Int { weights.shape.dimensions[1] }
  /// `weights`, and `bias` if present.
  package var parts: [(name: String, tensor: Tensor)] {
    [("weights", weights)] + (bias.map { [("bias", $0)] } ?? [])
  }
  /// `scale`, and `normalizes` as 0 or 1.
  package var settings: [(name: String, value: Double)] {
    [("scale", Double(scale)), ("normalizes", normalizes ? 1 : 0)]
  }

  /// Returns the logits of images; see ``FeatureClassifier/logits(for:)``.
  package func logits(for features: Tensor) throws -> Tensor {
    let rows = try Matrix(features.matching(width, normalized: normalizes))
    let products = try rows.timesTransposed(Matrix(weights))
    let offsets = bias?.floats() ?? [Float](repeating: 0, count: classCount)
    for row in 0..<products.rows {
      for classIndex in 0..<classCount {
        let logit = products.buffer.pointer + row * classCount + classIndex
        logit.pointee = scale * logit.pointee + offsets[classIndex]
      }
    }
    return try products.tensor("logits")
  }
}

extension Tensor {
  /// Returns image features after checking their width, optionally scaled to length one.
  func matching(_ width: Int, normalized: Bool) throws -> Tensor {
    let dimensions = shape.dimensions
    guard dimensions.count == 2, dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "image features", expected: [-1, width], found: dimensions)
    }
    return normalized ? try unitRows() : self
  }
}
