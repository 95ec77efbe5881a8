import Datasets
import Files
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
  /// How far images are read ahead of the tower.
  var ahead = ReadAhead()

  /// The store of a split's features in a folder, under a name that says what it depends on.
  ///
  /// Whoever else wants the same store waits until it is there.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: which of them.
  ///   - draw: the few-shot draw, nil for all images.
  ///   - folder: where stores are.
  ///   - shelf: the stores that were opened already.
  /// - Returns: the store.
  /// - Throws: what reading the images and writing the store throw.
  func store(
    _ dataset: Dataset, split: Split, draw: FewShotDraw?, in folder: String, shelf: DataShelf = DataShelf()
  ) throws -> FeatureStore {
    let key = try key(dataset, split: split, draw: draw, shard: .whole)
    let output = "\(folder)/\(split)-\(key.identifier.prefix(16)).h5"
    return try shelf.store(output) {
      let lock = "\(output).lock"
      let claim: Claim?
      if let free = try Claim(at: lock) {
        claim = free
      } else {
        Console.note("\(output): another process is extracting it; waiting")
        claim = try Claim(at: lock, waits: true)
      }
      let store = try store(dataset, key: key, draw: draw, output: output).store
      // Whoever waits for the lock, or makes a new one, finds the store.
      withExtendedLifetime(claim) { _ = unlink(lock) }
      return store
    }
  }

  /// The store of a split's features, a file of any name.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: which of them.
  ///   - draw: the few-shot draw, nil for all images.
  ///   - shard: the part of them.
  ///   - output: the store's file.
  /// - Returns: the store, and whether it was there already.
  /// - Throws: what reading the images and writing the store throw.
  func store(
    _ dataset: Dataset, split: Split, draw: FewShotDraw?, shard: Shard = .whole, output: String
  ) throws -> (store: FeatureStore, wasFinished: Bool) {
    try store(
      dataset, key: key(dataset, split: split, draw: draw, shard: shard), draw: draw, output: output)
  }

  private var imageViews: ImageViews { views == 1 ? .centre : .crops(0..<views, seed: seed) }

  private func key(_ dataset: Dataset, split: Split, draw: FewShotDraw?, shard: Shard) throws -> FeatureKey {
    let transform = try model.evaluationTransform(reading)
    return FeatureKey(
      modelFingerprint: model.folder.manifest.fingerprint, compute: "\(precision.rawValue)",
      transform: ViewLoader.describe(transform, views: imageViews, appliesOrientation: reading.appliesOrientation),
      dataset: dataset, split: split, views: views, draw: draw, shard: shard)
  }

  private func store(
    _ dataset: Dataset, key: FeatureKey, draw: FewShotDraw?, output: String
  ) throws -> (store: FeatureStore, wasFinished: Bool) {
    let split = key.split
    let transform = try model.evaluationTransform(reading)
    let extraction = try FeatureExtraction(
      dataset, key: key, draw: draw, output: output, skipsUnreadable: skipsUnreadable, toolVersion: PromptLens.version)
    if let store = try extraction.finishedStore() { return (store, true) }
    let encoder = try model.clip.imageEncoder()
    let loader = ViewLoader(
      files: extraction.files, contentHashes: extraction.listedHashes, indices: extraction.indices, views: imageViews,
      transform: transform, appliesOrientation: reading.appliesOrientation, skipsUnreadable: skipsUnreadable)
    let views = views
    var progress: Reporting.Progress?
    // Enough for every thread, and a second or two of work at most between two pieces.
    let slice = max(128 * Parallel.threadCount / views, 1)
    let store = try extraction.run(width: model.configuration.embedDimension, slice: slice) { done in
      if done > 0 { Console.note("going on after \(done.grouped) of \(extraction.indices.count.grouped) images") }
      progress = Reporting.Progress(
        "\(split) image features", total: (extraction.indices.count - done) * views,
        unit: views == 1 ? "images" : "views")
    } encode: { slices, record in
      let stage = progress
      try encoder.encode(slices, of: loader, ahead: ahead) {
        stage?.advance(by: $0)
      } finished: { slice, features in
        try record(slices[slice], features, loader.outcomes(of: slices[slice]))
      }
    }
    progress?.finish()
    return (store, false)
  }
}
