import Datasets
import Foundation
import Reporting
import Tensors

/// The features of a data set's images by one model: computed into a store, or found there.
struct ImageFeatures {
  let model: OpenedModel
  let precision: ComputePrecision
  let reading: ImageReading
  /// Views of each image; 1 is the centre crop.
  let views: Int
  /// The seed of the views.
  let seed: Int
  var skipsUnreadable = false

  /// The store of a split's features.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: which of them.
  ///   - draw: the few-shot draw, nil for all images.
  ///   - shard: the part of them.
  ///   - output: the store's file; nil for one in `folder` that is named by what it depends on.
  ///   - folder: where unnamed stores are.
  /// - Returns: the store, and whether it was there already.
  /// - Throws: what reading the images and writing the store throw.
  func store(
    _ dataset: Dataset, split: Split, draw: FewShotDraw?, shard: Shard = .whole, output: String? = nil,
    folder: String = "."
  ) throws -> (store: FeatureStore, wasFinished: Bool) {
    let transform = try model.evaluationTransform(reading)
    let key = FeatureKey(
      modelFingerprint: model.folder.manifest.fingerprint, compute: "\(precision.rawValue)",
      transform: ViewLoader.describe(
        transform, views: views, seed: seed, appliesOrientation: reading.appliesOrientation),
      dataset: dataset, split: split, views: views, draw: draw, shard: shard)
    let extraction = try FeatureExtraction(
      dataset, key: key, draw: draw, output: output ?? "\(folder)/\(split)-\(key.identifier.prefix(16)).h5",
      skipsUnreadable: skipsUnreadable, toolVersion: PromptLens.version)
    if let store = try extraction.finishedStore() { return (store, true) }
    let encoder = try model.clip.imageEncoder()
    let loader = ViewLoader(
      files: extraction.files, indices: extraction.indices, views: views, seed: seed, transform: transform,
      appliesOrientation: reading.appliesOrientation, skipsUnreadable: skipsUnreadable)
    let views = views
    var progress: Reporting.Progress?
    // Enough for every thread, and a second or two of work at most between two pieces.
    let slice = max(128 * Parallel.threadCount / views, 1)
    let store = try extraction.run(width: model.configuration.embedDimension, slice: slice) { done in
      if done > 0 { Console.note("going on after \(done.grouped) of \(extraction.indices.count.grouped) images") }
      progress = Reporting.Progress(
        "\(split) image features", total: (extraction.indices.count - done) * views,
        unit: views == 1 ? "images" : "views")
    } encode: { rows in
      let stage = progress
      let features = try encoder.encode(count: rows.count * views) { index, pixels in
        try loader.load(rows.lowerBound * views + index, into: pixels)
        stage?.advance()
      }
      return (features, loader.outcomes(of: rows))
    }
    progress?.finish()
    return (store, false)
  }
}
