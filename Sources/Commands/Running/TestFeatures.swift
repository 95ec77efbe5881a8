import Datasets
import Tensors

/// Features to measure on: one view of each image, and what it shows.
struct TestFeatures {
  /// `[N, D]`, unnormalised.
  let features: Tensor
  let labels: [Int]
  let classNames: [String]
  /// What differs when the features do.
  let identifier: String

  init(_ store: FeatureStore) throws {
    features = try store.view(0)
    labels = store.labels
    classNames = store.classNames
    identifier = store.key.identifier
  }

  private init(features: Tensor, labels: [Int], classNames: [String], identifier: String) {
    self.features = features
    self.labels = labels
    self.classNames = classNames
    self.identifier = identifier
  }

  var count: Int { labels.count }

  /// The images of some classes alone.
  ///
  /// - Parameters:
  ///   - places: for each class its new label, nil for a class whose images are left out.
  ///   - classNames: the classes by their new labels.
  func relabelled(_ places: [Int?], classNames: [String]) throws -> TestFeatures {
    let rows = labels.indices.filter { places[labels[$0]] != nil }
    return TestFeatures(
      features: try features.selecting(rows), labels: rows.compactMap { places[labels[$0]] }, classNames: classNames,
      identifier: identifier)
  }

  /// The images of some classes alone, renumbered in order.
  func keeping(_ kept: [Int]) throws -> TestFeatures {
    var places = [Int?](repeating: nil, count: classNames.count)
    for (place, label) in kept.enumerated() { places[label] = place }
    return try relabelled(places, classNames: kept.map { classNames[$0] })
  }
}

extension Tensor {
  /// Some rows along the first axis, copied.
  func selecting(_ rows: [Int]) throws -> Tensor {
    let size = shape.dimensions.dropFirst().reduce(1, *)
    let buffer = FloatBuffer(uninitialized: rows.count * size)
    withFloats { values in
      guard let base = values.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        (buffer.pointer + place * size).update(from: base + row * size, count: size)
      }
    }
    return try Tensor(buffer, shape: [rows.count] + shape.dimensions.dropFirst(), name: "features")
  }
}
