import PromptLensTensors

/// A classifier by cosine similarity: the prediction for an image is the row with the largest cosine.
package struct CosineClassifier: Sendable {
  /// One unit row for each class, `[classes, embedDimension]`.
  package let weights: Tensor

  /// The number of classes.
  package var classCount: Int { weights.shape.dimensions[0] }

  /// Creates a classifier.
  ///
  /// - Parameter weights: a row for each class, `[classes, embedDimension]`; lengths are scaled to one.
  /// - Throws: ``EvaluationError/noClasses``, or `TensorError` when the weights aren't a matrix.
  package init(weights: Tensor) throws {
    let shape = weights.shape.dimensions
    guard shape.count == 2 else {
      throw TensorError.shapeMismatch(operation: "classifier", name: "weights", expected: [-1, -1], found: shape)
    }
    guard shape[0] > 0 else { throw EvaluationError.noClasses }
    self.weights = try weights.unitRows()
  }

  /// Returns the class of the largest cosine for each image; of equal ones the first.
  ///
  /// - Parameter features: image features, `[images, embedDimension]`; their lengths do not matter.
  /// - Returns: the predicted class index of each image.
  /// - Throws: `TensorError` when the widths differ.
  package func predictions(for features: Tensor) throws -> [Int] {
    try Self.predictions(ofLogits: cosines(with: features))
  }

  /// Returns the class of each image with the largest logit or cosine of `[images, classes]`, of equal ones the first.
  package static func predictions(ofLogits logits: Tensor) -> [Int] {
    let classCount = logits.shape.dimensions.last ?? 1
    return logits.withFloats { logits in
      stride(from: 0, to: logits.count, by: max(classCount, 1)).map { start in
        var best = start
        for index in start..<start + classCount where logits[index] > logits[best] { best = index }
        return best - start
      }
    }
  }

  /// Returns the cosine of each image and each class.
  ///
  /// - Parameter features: image features, `[images, embedDimension]`; their lengths do not matter.
  /// - Returns: `[images, classes]`.
  /// - Throws: `TensorError` when the widths differ.
  package func cosines(with features: Tensor) throws -> Tensor { try logits(for: features, scale: 1) }

  /// Returns the cosines times CLIP's scale, whose softmax is the classes' probabilities.
  ///
  /// - Parameters:
  ///   - features: image features, `[images, embedDimension]`; their lengths do not matter.
  ///   - scale: `exp(logit_scale)`.
  /// - Returns: `[images, classes]`.
  /// - Throws: `TensorError` when the widths differ.
  package func logits(for features: Tensor, scale: Float) throws -> Tensor {
    let dimensions = features.shape.dimensions
    let width = weights.shape.dimensions[1]
    guard dimensions.count == 2, dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "image features", expected: [-1, width], found: dimensions)
    }
    let unit = try features.unitRows()
    let result = FloatBuffer(uninitialized: dimensions[0] * classCount)
    let layer = try LinearLayer(weight: weights, name: "classifier")
    let (rows, chunk) = (dimensions[0], 256)
    let classCount = classCount
    // Fixed chunks, one thread each: the same bits on any number of threads.
    try Parallel.forEach((rows + chunk - 1) / chunk) { index in
      let part = index * chunk..<min((index + 1) * chunk, rows)
      try unit.withFloats { unit in
        guard let base = unit.baseAddress else { return }
        try layer.apply(
          base + part.lowerBound * width, rows: part.count, to: result.pointer + part.lowerBound * classCount)
      }
    }
    if scale != 1 { for index in 0..<result.count { result.pointer[index] *= scale } }
    return try Tensor(result, shape: [rows, classCount], name: "logits")
  }
}
