import PromptLensCLIP
import PromptLensEvaluation
import PromptLensTensors

/// The features of images as sums of what each head and each MLP of the image tower writes to the class token.
///
/// A term's share of a feature f is `⟨t, f⟩ / |f|²`; the shares of an image sum to one. Its part in a logit `s ⟨u, w⟩`, with
/// u the feature of length one, is `s ⟨t, w⟩ / |f|`: with lengths as they are, every term adds to it. What a term does by way of
/// later layers is left out.
///
/// Source: Gandelsman, Efros and Steinhardt, "Interpreting CLIP's Image Representation via Text-Based Decomposition"
/// (2024), section 3.
package struct ImageHeads: Sendable {
  /// The terms, in the tower's order.
  package let terms: [FeatureTerm]
  /// The output of each term for each image, `[terms][images][embedDimension]`.
  package let outputs: [[[Float]]]
  /// The mean over images of each term's share of the feature.
  package let shares: [Double]
  /// The largest difference between a feature and the sum of its terms, relative to the feature's length.
  package let largestError: Double
  /// The error that sums have at most in f32.
  package static let tolerance = 1e-4
  /// The features, before normalization.
  package let features: [[Float]]

  /// Takes the features of images apart.
  ///
  /// - Parameters:
  ///   - tower: the image tower.
  ///   - count: the number of images, at least one.
  ///   - pixels: returns an image's normalized pixels, `[3, height, width]`; called on any thread.
  /// - Throws: the tower's errors, and those of `pixels`.
  package init(tower: ImageGradients, count: Int, pixels: @escaping @Sendable (Int) throws -> [Float]) throws {
    let found = try Parallel.map(count) { image in
      let pass = try tower.pass(tower.embed(pixels(image)))
      return (feature: pass.feature, terms: try pass.terms())
    }
    let width = tower.embedDimension
    let terms = found.first?.terms.terms ?? []
    features = found.map(\.feature)
    self.terms = terms
    outputs = terms.indices.map { term in
      found.map { Array($0.terms.values[term * width..<(term + 1) * width]) }
    }
    var largestError = 0.0
    var shares = [Double](repeating: 0, count: terms.count)
    for image in found {
      let feature = image.feature.map(Double.init)
      let square = max(feature.dot(feature), .leastNormalMagnitude)
      var rest = feature
      for term in terms.indices {
        let output = image.terms.values[term * width..<(term + 1) * width].map(Double.init)
        rest = rest.subtracting(output)
        shares[term] += output.dot(feature) / square / Double(found.count)
      }
      largestError = max(largestError, (rest.dot(rest) / square).squareRoot())
    }
    self.shares = shares
    self.largestError = largestError
  }

  /// Returns the mean over images of each term's part in the logit of the label less the mean of the others'.
  ///
  /// - Parameters:
  ///   - weights: the classes' rows, of length one, `[classes, embedDimension]`.
  ///   - labels: the label of each image.
  ///   - scale: s, the factor of cosines in logits.
  ///   - seed: the seed of the images' draws.
  /// - Returns: an estimate for each term.
  /// - Throws: `EvaluationError` when there are no images.
  package func parts(
    weights: Tensor, labels: [Int], scale: Float, seed: UInt64
  ) throws -> [ImageBootstrap.Estimate] {
    let (classes, width) = (weights.shape.dimensions[0], weights.shape.dimensions[1])
    let values = weights.floats().map(Double.init)
    let rows = (0..<classes).map { Array(values[$0 * width..<($0 + 1) * width]) }
    let sum = rows.reduce([Double](repeating: 0, count: width)) { zip($0, $1).map(+) }
    let directions = rows.map { own in
      zip(own, sum).map { classes > 1 ? $0 - ($1 - $0) / Double(classes - 1) : 0 }
    }
    let (outputs, features) = (outputs, features)
    let columns = try Parallel.map(outputs.count) { term in
      labels.indices.map { image -> Float in
        let feature = features[image].map(Double.init)
        let length = max(feature.dot(feature).squareRoot(), .leastNormalMagnitude)
        return scale * Float(outputs[term][image].map(Double.init).dot(directions[labels[image]]) / length)
      }
    }
    return try ImageBootstrap(images: labels.count, resamples: 1000, seed: seed).estimates(columns)
  }
}
