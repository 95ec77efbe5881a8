import Tensors

/// Image features to learn from: some views of each image, of which every epoch sees one.
public struct TrainingFeatures: Sendable {
  /// `[N, V, E]`, unnormalised.
  public let features: Tensor
  /// The class of each image.
  public let labels: [Int]
  /// What each image counts in the loss; empty for 1 each.
  public let weights: [Float]

  /// The number of images.
  public var count: Int { labels.count }
  /// V.
  public var views: Int { features.shape.dimensions[1] }
  /// E.
  public var width: Int { features.shape.dimensions[2] }

  /// Features of images.
  ///
  /// - Throws: `TensorError` when the shapes do not match.
  public init(features: Tensor, labels: [Int], weights: [Float] = []) throws(TensorError) {
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
  }

  /// The view of each image that an epoch sees.
  public func views(ofEpoch epoch: Int, seed: Int) -> [Int] {
    var numbers = TrainingRandomNumbers(seed: seed, purpose: .views, epoch: epoch)
    return labels.indices.map { _ in numbers.integer(below: views) }
  }

  /// Some images' features, scaled to length one.
  ///
  /// - Parameters:
  ///   - images: the images.
  ///   - chosen: the view of every image.
  /// - Returns: `[images, E]`.
  public func rows(_ images: [Int], views chosen: [Int]) -> UnitRows {
    let (views, width) = (views, width)
    let rows = FloatBuffer(uninitialized: images.count * width)
    features.withFloats { values in
      for (row, image) in images.enumerated() {
        let start = (image * views + chosen[image]) * width
        for index in 0..<width { rows.pointer[row * width + index] = values[start + index] }
      }
    }
    return UnitRows(rows, width: width)
  }
}
