import PromptLensDatasets
import PromptLensTensors

/// Features to measure on: one view of each image, and what it shows.
package struct TestFeatures {
  /// `[N, D]`, unnormalised.
  package let features: Tensor
  package let labels: [Int]
  /// The images' paths.
  package let paths: [String]
  package let classNames: [String]
  /// What differs when the features do.
  package let identifier: String

  package init(_ store: FeatureStore) throws {
    features = try store.view(0)
    labels = store.labels
    paths = store.paths
    classNames = store.classNames
    identifier = store.key.identifier
  }

  package init(features: Tensor, labels: [Int], paths: [String]? = nil, classNames: [String], identifier: String) {
    self.features = features
    self.labels = labels
    self.paths = paths ?? labels.indices.map { "row \($0)" }
    self.classNames = classNames
    self.identifier = identifier
  }

  package var count: Int { labels.count }

  /// The images of some classes alone.
  ///
  /// - Parameters:
  ///   - places: for each class its new label, nil for a class whose images are left out.
  ///   - classNames: the classes by their new labels.
  /// - Returns: the images that are left.
  /// - Throws: `TensorError` when the features are no matrix.
  package func relabelled(_ places: [Int?], classNames: [String]) throws -> TestFeatures {
    let rows = labels.indices.filter { places[labels[$0]] != nil }
    return TestFeatures(
      features: try features.selecting(rows), labels: rows.compactMap { places[labels[$0]] },
      paths: rows.map { paths[$0] }, classNames: classNames, identifier: identifier)
  }

  /// The images as a draw of all of them.
  package func draw(_ split: Split) -> LabeledDraw {
    LabeledDraw(split: split, paths: paths, labels: labels, classNames: classNames)
  }

  /// The images with other labels.
  package func labelled(_ labels: [Int]) -> TestFeatures {
    TestFeatures(features: features, labels: labels, paths: paths, classNames: classNames, identifier: identifier)
  }

  /// The images of some classes alone, renumbered in order.
  package func keeping(_ kept: [Int]) throws -> TestFeatures {
    var places = [Int?](repeating: nil, count: classNames.count)
    for (place, label) in kept.enumerated() { places[label] = place }
    return try relabelled(places, classNames: kept.map { classNames[$0] })
  }
}
