import PromptLensFeatures
import PromptLensDatasets
import PromptLensFiles
import PromptLensImages
import Foundation
import PromptLensTensors

/// The features of a data set's images by one model, computed or read from a store.
package struct ImageFeatures {
  package let model: OpenedModel
  package let precision: ComputePrecision
  package let reading: ImageReading
  /// The number of views of each image; 1 is the center crop.
  package let views: Int
  /// The seed of the views.
  package let seed: Int
  /// The smallest share of the area in a random view.
  package var leastArea = TrainingTransform.leastArea
  /// The limits of reading images ahead of the tower.
  package var ahead = ReadAhead()
  /// The observer that receives the progress.
  package var observer = ExperimentObserver.silent

  /// Creates a description of features.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - precision: the arithmetic of the towers.
  ///   - reading: how image files are read.
  ///   - views: views of each image; 1 is the center crop.
  ///   - seed: the seed of the views.
  ///   - ahead: the limits of reading images ahead of the tower.
  ///   - observer: receives the progress.
  package init(
    model: OpenedModel, precision: ComputePrecision, reading: ImageReading, views: Int, seed: Int,
    ahead: ReadAhead = ReadAhead(), observer: ExperimentObserver = .silent
  ) {
    self.model = model
    self.precision = precision
    self.reading = reading
    self.views = views
    self.seed = seed
    self.ahead = ahead
    self.observer = observer
  }

  /// Returns the store of a split's features in a folder, under a name that identifies everything the features depend
  /// on.
  ///
  /// Another process that needs the same store waits until it's complete.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: the split.
  ///   - draw: the few-shot draw; nil for all images.
  ///   - folder: the folder of stores.
  ///   - cache: the cache of opened stores.
  /// - Returns: the store.
  /// - Throws: the errors of reading the images and writing the store.
  package func store(
    _ dataset: Dataset, split: Split, draw: FewShotDraw?, in folder: String, cache: FeatureCache = FeatureCache()
  ) throws -> FeatureStore {
    let key = try key(dataset, split: split, draw: draw, shard: .whole)
    let output = "\(folder)/\(split)-\(key.identifier.prefix(16)).h5"
    return try cache.store(output) {
      let lock = "\(output).lock"
      let claim: Claim?
      if let free = try Claim(at: lock) {
        claim = free
      } else {
        observer.note("\(output): another process is extracting it; waiting")
        claim = try Claim(at: lock, waits: true)
      }
      // A process that waits for the lock, or makes a new one, finds the store, or makes it where this one fails.
      defer { withExtendedLifetime(claim) { _ = unlink(lock) } }
      return try store(dataset, key: key, draw: draw, output: output).store
    }
  }

  /// Returns the store of a split's features in a file of any name.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: the split.
  ///   - draw: the few-shot draw; nil for all images.
  ///   - shard: the part of the images.
  ///   - output: the store's file.
  /// - Returns: the store, and whether it existed.
  /// - Throws: the errors of reading the images and writing the store.
  package func store(
    _ dataset: Dataset, split: Split, draw: FewShotDraw?, shard: Shard = .whole, output: String
  ) throws -> (store: FeatureStore, wasFinished: Bool) {
    try store(
      dataset, key: key(dataset, split: split, draw: draw, shard: shard), draw: draw, output: output)
  }

  private var imageViews: ImageViews { views == 1 ? .center : .crops(0..<views, seed: seed, leastArea: leastArea) }

  /// Returns the key of a split's features.
  func key(_ dataset: Dataset, split: Split, draw: FewShotDraw?, shard: Shard) throws -> FeatureKey {
    let transform = try model.evaluationTransform(reading)
    return FeatureKey(
      modelFingerprint: model.folder.manifest.fingerprint, compute: "\(precision.rawValue)",
      transform: ViewLoader.describe(
        transform, views: imageViews, appliesOrientation: reading.appliesOrientation,
        corruption: dataset.corruption),
      dataset: dataset, split: split, views: views, draw: draw, shard: shard)
  }

  private func store(
    _ dataset: Dataset, key: FeatureKey, draw: FewShotDraw?, output: String
  ) throws -> (store: FeatureStore, wasFinished: Bool) {
    let split = key.split
    let transform = try model.evaluationTransform(reading)
    let extraction = try FeatureExtraction(
      dataset, key: key, draw: draw, output: output, skipsUnreadable: reading.skipsUnreadable,
      toolVersion: ToolVersion.current)
    if let store = try extraction.finishedStore() {
      observer.noteSkipped(store.skipped, of: extraction.indices.count)
      return (store, true)
    }
    let encoder = try model.clip.imageEncoder()
    let loader = ViewLoader(
      files: extraction.files, contentHashes: extraction.listedHashes, indices: extraction.indices, views: imageViews,
      transform: transform, appliesOrientation: reading.appliesOrientation,
      skipsUnreadable: reading.skipsUnreadable, corruption: dataset.corruption,
      names: extraction.indices.map { dataset[split][$0].path })
    let views = views
    var progress: RunningStage?
    // Enough for every thread, and at most a second or two of work for each piece.
    let slice = max(128 * Parallel.threadCount / views, 1)
    let store = try UnreadableImages.gathering(among: extraction.files) {
      try extraction.run(width: model.configuration.embedDimension, slice: slice) { done in
        if done > 0 { observer.note("resuming after \(done) of \(extraction.indices.count) images") }
        progress = observer.begin(
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
    }
    progress?.finish()
    observer.noteSkipped(store.skipped, of: extraction.indices.count)
    return (store, false)
  }
}
