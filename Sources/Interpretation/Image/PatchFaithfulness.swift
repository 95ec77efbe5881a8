import PromptLensEvaluation
import PromptLensTensors

/// The curves of a class's probability as patches are removed and added in the order of their relevance, against random
/// orders.
///
/// Deletion removes the most relevant patches first: if they are what counts, the probability falls soon and the area under
/// the curve is small. Insertion begins without any and adds the most relevant first: the area is large. Random orders of the
/// same patches are the control. Backwards, a random order of deletion is one of insertion, so the same images serve both.
///
/// Source: Petsiuk, Das and Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models" (2018), section 3.3.
package struct PatchFaithfulness: Sendable, Equatable {
  /// A curve of probabilities with the area under it.
  package struct Curve: Sendable, Equatable {
    /// The class's probability at each step.
    package let probabilities: [Double]
    /// The area under the curve, from 0 to 1.
    package let area: Double

    /// Creates a curve.
    package init(probabilities: [Double], area: Double) {
      self.probabilities = probabilities
      self.area = area
    }
  }

  /// The share of patches that are removed, or added, at each step.
  package let shares: [Double]
  /// The curve as the most relevant patches are removed first.
  package let deletion: Curve
  /// The curve as the most relevant patches are added first.
  package let insertion: Curve
  /// The mean curve of deletion in random orders.
  package let randomDeletion: Curve
  /// The mean curve of insertion in random orders.
  package let randomInsertion: Curve
  /// The area of deletion less that of each random order; below zero where relevance tells what counts.
  package let deletionDifference: SeedSummary
  /// The area of insertion less that of each random order; above zero where relevance tells what counts.
  package let insertionDifference: SeedSummary

  /// The number of random orders.
  package static let orders = 10

  /// Creates measurements.
  package init(
    shares: [Double], deletion: Curve, insertion: Curve, randomDeletion: Curve, randomInsertion: Curve,
    deletionDifference: SeedSummary, insertionDifference: SeedSummary
  ) {
    self.shares = shares
    self.deletion = deletion
    self.insertion = insertion
    self.randomDeletion = randomDeletion
    self.randomInsertion = randomInsertion
    self.deletionDifference = deletionDifference
    self.insertionDifference = insertionDifference
  }

  /// Measures the relevance of an image's patches.
  ///
  /// - Parameters:
  ///   - relevance: the relevance of each patch.
  ///   - image: the image.
  ///   - control: the features of the image in random orders.
  ///   - logit: the class whose probability is followed.
  /// - Throws: the tower's errors.
  package init(of relevance: [Double], on image: PerturbedImage, control: RandomDeletions, logit: ClassLogit) throws {
    let order = PatchOrder(byRelevance: relevance)
    func curve(_ probabilities: [Double]) -> Curve {
      Curve(probabilities: probabilities, area: order.area(under: probabilities))
    }
    let deletion = curve(try logit.probabilities(image.features(order)))
    let insertion = curve(try logit.probabilities(image.features(order.reversed)).reversed())
    let deletions = try control.features.map { try logit.probabilities($0) }
    let insertions = deletions.map { Array($0.reversed()) }
    func mean(_ curves: [[Double]]) -> Curve {
      let total = Double(max(curves.count, 1))
      return curve(
        order.counts.indices.map { step -> Double in
          let sum: Double = curves.reduce(0) { $0 + $1[step] }
          return sum / total
        })
    }
    self.init(
      shares: order.shares, deletion: deletion, insertion: insertion, randomDeletion: mean(deletions),
      randomInsertion: mean(insertions),
      deletionDifference: try SeedSummary(deletions.map { deletion.area - order.area(under: $0) }),
      insertionDifference: try SeedSummary(insertions.map { insertion.area - order.area(under: $0) }))
  }
}

/// The features of an image with patches removed in random orders, which serve every explanation of it by one tower.
package struct RandomDeletions: Sendable {
  /// The features of each order, `[steps, embedDimension]`.
  let features: [Tensor]

  /// Computes the features.
  ///
  /// - Parameter image: the image.
  /// - Throws: the tower's errors.
  package init(of image: PerturbedImage) throws {
    features = try (0..<PatchFaithfulness.orders).map {
      try image.features(PatchOrder(random: $0, patches: image.patchCount))
    }
  }
}
