import PromptLensFeatures
import Foundation
import PromptLensTensors

/// Multinomial logistic regression: `F(W, b) = 1/n Σ −log p(yᵢ | xᵢ) + |W|² / (2 C n)` with `p = softmax(W x + b)`; the
/// offsets b are free.
///
/// This is scikit-learn's `LogisticRegression`, whose objective `½ |W|² + C Σ −log p` is C n times this one. Backward,
/// `∂F/∂W = 1/n (P − Y)ᵀ X + W / (C n)` and `∂F/∂b = 1/n Σ (p − y)`.
///
/// Sums and the search are in f64, products in f32: when the search stalls in their rounding errors, it continues
/// with the logits of that point computed in f64, and f32 for the difference.
package struct LogisticRegression {
  /// Classes in one piece of a product, images in one piece of a softmax; fixed, so that sums do not depend on threads.
  private static let classChunk = 32
  private static let imageChunk = 256

  /// The maximum number of times that the search continues.
  private static let restarts = 6

  private let images: LinearLayer
  private let features: Tensor
  private let labels: [Int]
  private let classCount: Int
  private let width: Int
  private var count: Int { labels.count }

  /// The number of parameters: W, row by row, and then b.
  package var parameterCount: Int { classCount * (width + 1) }

  /// Creates the regression of the classes of images on their features.
  ///
  /// - Throws: `TensorError` when there aren't any images.
  package init(_ images: LabeledFeatures, classCount: Int) throws {
    self.images = try LinearLayer(weight: images.view(), name: "image features")
    features = try images.view().converted(to: .float32)
    labels = images.labels
    self.classCount = classCount
    width = images.width
  }

  /// Fits W and b.
  ///
  /// - Parameters:
  ///   - inverseRegularization: C.
  ///   - tolerance: the largest absolute element of F's gradient at which the search ends.
  ///   - maxIterations: the maximum number of steps.
  /// - Returns: W and b, and the outcome of the search.
  /// - Throws: ``EvaluationError/notFitted(method:reason:)``.
  package func fit(
    inverseRegularization: Double, tolerance: Double = 1e-6, maxIterations: Int = 1000
  ) throws -> (classifier: LinearClassifier, isConverged: Bool) {
    var parameters = [Double](repeating: 0, count: parameterCount)
    var (origin, left) = (Origin?.none, maxIterations)
    var isConverged = false
    for _ in 0..<Self.restarts where left > 0 && !isConverged {
      let start = origin
      let outcome = try LBFGS(tolerance: tolerance, maxIterations: left).minimize(&parameters) {
        try evaluate($0, gradient: $1, inverseRegularization: inverseRegularization, from: start)
      }
      isConverged = outcome.isConverged
      left -= max(outcome.iterations, 1)
      if !isConverged, left > 0 { origin = try Origin(parameters, features: features, classCount: classCount) }
    }
    let split = classCount * width
    let classifier = try LinearClassifier(
      weights: Tensor(parameters[..<split].map { Float($0) }, shape: [classCount, width], name: "weights"),
      bias: Tensor(parameters[split...].map { Float($0) }, shape: [classCount], name: "bias"), normalizes: false)
    return (classifier, isConverged)
  }

  /// Returns F at a point, and its gradient.
  ///
  /// - Parameters:
  ///   - parameters: W and b.
  ///   - gradient: receives ∂F.
  ///   - inverseRegularization: C.
  ///   - origin: a nearby point with logits in f64.
  /// - Returns: F.
  /// - Throws: `TensorError` when oneDNN fails.
  package func evaluate(
    _ parameters: UnsafeBufferPointer<Double>, gradient: UnsafeMutableBufferPointer<Double>,
    inverseRegularization: Double, from origin: Origin? = nil
  ) throws -> Double {
    let (count, classCount, width) = (count, classCount, width)
    let weights = FloatBuffer(uninitialized: classCount * width)
    for index in 0..<classCount * width {
      weights.pointer[index] = Float(parameters[index] - (origin?.weights[index] ?? 0))
    }
    let offsets = parameters[(classCount * width)...].prefix(classCount).map { $0 }

    // Zᵀ = W Xᵀ, [classes, images], overwritten by (P − Y)ᵀ / n.
    let logits = FloatBuffer(uninitialized: classCount * count)
    try eachClassChunk { [images] rows in
      try images.apply(
        weights.pointer + rows.lowerBound * width, rows: rows.count, to: logits.pointer + rows.lowerBound * count)
    }
    let losses = try residuals(logits, offsets: offsets, origin: origin)
    let slopes = FloatBuffer(uninitialized: classCount * width)
    try eachClassChunk { [images] rows in
      try images.backward(
        logits.pointer + rows.lowerBound * count, rows: rows.count, to: slopes.pointer + rows.lowerBound * width)
    }
    let (products, residuals) = (slopes.floats, logits.floats)

    let decay = 1 / (inverseRegularization * Double(count))
    var squares = 0.0
    for index in 0..<classCount * width {
      squares += parameters[index] * parameters[index]
      gradient[index] = Double(products[index]) + decay * parameters[index]
    }
    for classIndex in 0..<classCount {
      gradient[classCount * width + classIndex] = residuals[classIndex * count..<(classIndex + 1) * count].reduce(0.0) {
        $0 + Double($1)
      }
    }
    return losses.reduce(0, +) / Double(count) + decay / 2 * squares
  }

  /// Replaces logits by `(p − y) / n`, column by column.
  ///
  /// - Returns: the loss of each unit of images.
  private func residuals(_ logits: FloatBuffer, offsets: [Double], origin: Origin?) throws -> [Double] {
    let (count, classCount, labels) = (count, classCount, labels)
    return try Parallel.map((count + Self.imageChunk - 1) / Self.imageChunk) { chunk in
      let images = chunk * Self.imageChunk..<min((chunk + 1) * Self.imageChunk, count)
      var scores = [Double](repeating: 0, count: classCount)
      return images.reduce(0.0) { loss, image in
        for classIndex in 0..<classCount {
          let index = classIndex * count + image
          scores[classIndex] = Double(logits.pointer[index]) + offsets[classIndex] + (origin?.logits[index] ?? 0)
        }
        let largest = scores.max() ?? 0
        let own = scores[labels[image]] - largest
        var sum = 0.0
        for classIndex in 0..<classCount {
          scores[classIndex] = exp(scores[classIndex] - largest)
          sum += scores[classIndex]
        }
        for classIndex in 0..<classCount {
          let residual = scores[classIndex] / sum - (classIndex == labels[image] ? 1 : 0)
          logits.pointer[classIndex * count + image] = Float(residual / Double(count))
        }
        return loss + log(sum) - own
      }
    }
  }

  private func eachClassChunk(_ body: @escaping @Sendable (Range<Int>) throws -> Void) throws {
    let classCount = classCount
    try Parallel.forEach((classCount + Self.classChunk - 1) / Self.classChunk) { index in
      try body(index * Self.classChunk..<min((index + 1) * Self.classChunk, classCount))
    }
  }

  /// Weights, and their logits in f64.
  package struct Origin: Sendable {
    /// W, row by row.
    let weights: [Double]
    /// W Xᵀ, `[classes, images]`.
    let logits: [Double]

    init(_ parameters: [Double], features: Tensor, classCount: Int) throws {
      let (count, width) = (features.shape.dimensions[0], features.shape.dimensions[1])
      let weights = Array(parameters[..<(classCount * width)])
      let rows = try Parallel.map(classCount) { classIndex in
        features.withFloats { features in
          (0..<count).map { image in
            var sum = 0.0
            for index in 0..<width {
              sum += weights[classIndex * width + index] * Double(features[image * width + index])
            }
            return sum
          }
        }
      }
      self.weights = weights
      logits = rows.flatMap { $0 }
    }
  }
}
