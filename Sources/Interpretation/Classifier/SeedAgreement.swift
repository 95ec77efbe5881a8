import PromptLensTensors

/// The agreement of two contexts that were learned alike with different seeds: as vectors, as classifiers, and halfway
/// between.
///
/// Vectors are compared at the same position and paired as they fit best (``Similarity/matched(_:_:)``), against
/// random contexts of the same lengths; classifiers by ``Similarity/alignment(_:_:)`` of their class features, against
/// the same rows in random orders, and by the share of equal predictions. If the context halfway between is as good as
/// both, they lie in one basin. Source of the midpoint:
/// Frankle et al., "Linear Mode Connectivity and the Lottery Ticket Hypothesis" (2020).
package struct SeedAgreement: Sendable {
  /// The mean cosine of vectors at the same position.
  package let samePositionCosine: Double
  /// The mean cosine of vectors paired as they fit best; over classes the mean.
  package let matchedCosine: Double
  /// The mean cosine of paired random vectors, the mean of several draws.
  package let randomMatchedCosine: Double
  /// The alignment of the class features; `nil` for fewer than four classes, or if one classifier's are all alike.
  package let featureAlignment: Double?
  /// The alignments of the class features in random orders.
  package let shuffledAlignments: Sample
  /// The share of images that both classify as the same class.
  package let samePredictions: Double
  /// The accuracies of the two contexts and of the one halfway between.
  package let accuracies: (first: Double, second: Double, midpoint: Double)

  /// The number of random contexts that stand for chance.
  private static let draws = 20

  /// Compares two contexts of one shape.
  ///
  /// - Parameters:
  ///   - first: a context.
  ///   - second: another.
  ///   - features: their class features, `[classes, width]`.
  ///   - predictions: the classes that they predict for each image.
  ///   - seed: the seed of random contexts.
  ///   - measure: the measure of accuracy.
  /// - Throws: `TensorError` if the shapes differ, and the errors of `measure`.
  package init(
    _ first: ContextMatrix, _ second: ContextMatrix, features: (first: Tensor, second: Tensor),
    predictions: (first: [Int], second: [Int]), seed: UInt64 = 1, measure: some ContextMeasure
  ) throws {
    guard first.rows == second.rows, first.length == second.length, first.width == second.width else {
      throw TensorError.shapeMismatch(
        operation: "agreement", name: "the other context", expected: [first.rows, first.width],
        found: [second.rows, second.width])
    }
    let found = try Self.cosines(first, second)
    var directions = SplitMix64(seed: seed)
    var random = 0.0
    for _ in 0..<Self.draws {
      random += try Self.cosines(first.randomized(&directions), second.randomized(&directions)).matched
    }
    matchedCosine = found.matched
    samePositionCosine = found.samePosition
    randomMatchedCosine = random / Double(Self.draws)
    featureAlignment = try Similarity.alignment(features.first, features.second)
    shuffledAlignments = Sample(
      try Similarity.shuffledAlignments(features.first, features.second, seed: seed))
    samePredictions =
      Double(zip(predictions.first, predictions.second).count { $0 == $1 }) / Double(max(predictions.first.count, 1))
    let worth = try measure.scores(of: [first, second, first.mixed(with: second, share: 0.5)]).map(\.accuracy)
    accuracies = (worth[0], worth[1], worth[2])
  }

  /// Returns the mean over contexts of the cosines of paired vectors and of vectors at the same position.
  private static func cosines(
    _ first: ContextMatrix, _ second: ContextMatrix
  ) throws -> (matched: Double, samePosition: Double) {
    let size = first.length * first.width
    let contexts = first.vectors.count / size
    var sums = (matched: 0.0, samePosition: 0.0)
    for index in 0..<contexts {
      func rows(_ context: ContextMatrix) throws -> Tensor {
        try Tensor(
          Array(context.vectors[index * size..<(index + 1) * size]), shape: [first.length, first.width], name: "context"
        )
      }
      let found = try Similarity.matched(rows(first), rows(second))
      sums.matched += found.matched / Double(contexts)
      sums.samePosition += found.samePosition / Double(contexts)
    }
    return sums
  }
}
