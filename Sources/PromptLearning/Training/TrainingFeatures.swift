import PromptLensTensors

/// Image features to learn from: some views of each image, of which every epoch sees one; or views that are made anew for
/// every epoch.
package struct TrainingFeatures: Sendable {
  /// Makes the features of views that no other epoch sees, `[images, E]`, of some images for an epoch from 1. What it gives
  /// depends on these alone.
  package typealias Renewal = @Sendable (_ epoch: Int, _ images: [Int]) throws -> Tensor

  /// `[N, V, E]`, unnormalised.
  package let features: Tensor
  /// The class of each image.
  package let labels: [Int]
  /// What each image counts in the loss; empty for 1 each.
  package let weights: [Float]
  /// What makes every epoch's features, in place of ``features``: augmentation online; nil where those are kept.
  package let renewal: Renewal?

  /// The number of images.
  package var count: Int { labels.count }
  /// V.
  package var views: Int { features.shape.dimensions[1] }
  /// E.
  package var width: Int { features.shape.dimensions[2] }

  /// Features of images.
  ///
  /// - Throws: `TensorError` when the shapes do not match.
  package init(
    features: Tensor, labels: [Int], weights: [Float] = [], renewal: Renewal? = nil
  ) throws(TensorError) {
    let shape = features.shape.dimensions
    guard shape.count == 3, shape[0] == labels.count, shape[0] > 0, shape[1] > 0, shape[2] > 0 else {
      throw .shapeMismatch(
        operation: "training", name: "features", expected: [labels.count, -1, -1], found: shape)
    }
    guard weights.isEmpty || weights.count == labels.count else {
      throw .shapeMismatch(
        operation: "training", name: "sample weights", expected: [labels.count], found: [weights.count])
    }
    self.features = features
    self.labels = labels
    self.weights = weights
    self.renewal = renewal
  }

  /// The view of each image that an epoch sees.
  package func views(ofEpoch epoch: Int, seed: Int) -> [Int] {
    var numbers = RandomStream.learning(.views, seed: seed, epoch: epoch)
    return labels.indices.map { _ in numbers.integer(below: views) }
  }

  /// The first view of some images, each at most once, scaled to length one, `[images, E]`.
  package func firstViews(of images: [Int]) -> UnitRows {
    let places = images.map { ($0, $0 * views) }
    return EpochFeatures(features: features, width: width, rows: Dictionary(uniqueKeysWithValues: places))
      .unitRows(of: images)
  }

  /// What an epoch sees of some images.
  ///
  /// - Parameters:
  ///   - epoch: from 1.
  ///   - images: the images, each at most once.
  ///   - seed: the seed of the choice of views.
  /// - Returns: the features.
  /// - Throws: what ``renewal`` throws; `TensorError` when it gives another number of features.
  func epoch(_ epoch: Int, images: [Int], seed: Int) throws -> EpochFeatures {
    guard let renewal else {
      let views = views(ofEpoch: epoch, seed: seed)
      let places = images.map { ($0, $0 * self.views + views[$0]) }
      return EpochFeatures(features: features, width: width, rows: Dictionary(uniqueKeysWithValues: places))
    }
    let made = try renewal(epoch, images)
    guard made.shape.dimensions == [images.count, width] else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "an epoch's features", expected: [images.count, width],
        found: made.shape.dimensions)
    }
    let places = images.enumerated().map { ($0.element, $0.offset) }
    return EpochFeatures(features: made, width: width, rows: Dictionary(uniqueKeysWithValues: places))
  }
}

/// The features that one epoch sees.
struct EpochFeatures {
  /// Rows of `width` numbers.
  let features: Tensor
  let width: Int
  /// The row of each image.
  let rows: [Int: Int]

  /// Some images' features, scaled to length one, `[images, E]`.
  func unitRows(of images: [Int]) -> UnitRows {
    let matrix = FloatBuffer(copying: features, rows: images.map { rows[$0] ?? 0 })
    return UnitRows(matrix, width: width)
  }
}
