import PromptLensFeatures
import PromptLensTensors

/// The features of one epoch, with one view of each image.
struct EpochFeatures {
  /// Rows of `width` numbers.
  let features: Tensor
  let width: Int
  /// The row of each image.
  let rows: [Int: Int]

  /// Returns some images' features scaled to length one, `[images, width]`.
  func unitRows(of images: [Int]) -> UnitRows { UnitRows(matrix(of: images), width: width) }

  /// Returns some images' features as they are, `[images, width]`.
  func matrix(of images: [Int]) -> FloatBuffer { FloatBuffer(copying: features, rows: images.map { rows[$0] ?? 0 }) }
}

extension LabeledFeatures {
  /// Returns the view of each image in an epoch.
  ///
  /// - Parameters:
  ///   - epoch: the epoch, from 1.
  ///   - seed: the seed of the choice.
  /// - Returns: the index of each image's view.
  package func views(ofEpoch epoch: Int, seed: Int) -> [Int] { self.views(ofEpoch: epoch, seed: seed, among: views) }

  /// Returns the view of each image in an epoch, of a number of views.
  func views(ofEpoch epoch: Int, seed: Int, among views: Int) -> [Int] {
    var numbers = RandomStream.learning(.views, seed: seed, epoch: epoch)
    return labels.indices.map { _ in numbers.integer(below: views) }
  }

  /// Returns the features of some images in an epoch.
  ///
  /// - Parameters:
  ///   - epoch: the epoch, from 1.
  ///   - images: the images, each at most once.
  ///   - seed: the seed of the choice of views.
  /// - Returns: the features.
  /// - Throws: the errors of ``renewal``; `TensorError` when it returns another number of features.
  func epoch(_ epoch: Int, images: [Int], seed: Int) throws -> EpochFeatures {
    guard let renewal else {
      let chosen = views(ofEpoch: epoch, seed: seed)
      let rows = images.map { ($0, $0 * views + chosen[$0]) }
      // A row for each view of each image.
      let all = try features.reshaped([count * views, width], name: "features")
      return EpochFeatures(features: all, width: width, rows: Dictionary(uniqueKeysWithValues: rows))
    }
    let renewed = try renewal(epoch, images)
    guard renewed.shape.dimensions == [images.count, width] else {
      throw TensorError.shapeMismatch(
        operation: "training", name: "an epoch's features", expected: [images.count, width],
        found: renewed.shape.dimensions)
    }
    let rows = images.enumerated().map { ($0.element, $0.offset) }
    return EpochFeatures(features: renewed, width: width, rows: Dictionary(uniqueKeysWithValues: rows))
  }
}
