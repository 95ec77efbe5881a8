import PromptLensDatasets
import PromptLensFeatures

extension WorkEstimate {
  /// The bytes of an image's entry in a store beside its features: hashes, paths and numbers.
  private static let entryBytes = 200

  /// Estimates the encoding of images.
  ///
  /// - Parameters:
  ///   - parts: numbers of images with the views of each.
  ///   - pace: the pace of an image.
  ///   - model: the model.
  init(encoding parts: [(images: Int, views: Int)], _ pace: FitPace, _ model: OpenedModel) {
    self.init()
    let width = model.configuration.embedDimension
    for (images, views) in parts {
      self.views += images * views
      seconds += Double(images * views) * pace.encoding
      disk += images * (views * width * MemoryLayout<Float>.stride + Self.entryBytes)
    }
    let largest = parts.map { $0.images * $0.views * width * MemoryLayout<Float>.stride }.max() ?? 0
    memory = Self.peakMemory + largest
  }

  /// Estimates the features of a split.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - split: the split.
  ///   - draw: the few-shot draw; nil for all images.
  ///   - shard: the part of the images.
  ///   - views: the views of each image.
  ///   - model: the model.
  ///   - reading: how image files are read.
  /// - Throws: the errors of reading some of the images.
  package init(
    extracting dataset: Dataset, split: Split, draw: FewShotDraw?, shard: Shard, views: Int, model: OpenedModel,
    reading: ImageReading
  ) throws {
    let count = draw.map { $0[split].count } ?? dataset[split].count
    let pace = try FitPace(dataset.pooled(as: .train), model: model, reading: reading)
    self.init(encoding: [(shard.range(of: count).count, views)], pace, model)
  }
}

extension LearningImages {
  /// The images that are encoded for a draw, and the number of those that are learned from.
  func parts(_ dataset: Dataset) throws -> (encoded: [(images: Int, views: Int)], train: Int) {
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    let train = draw?.train.count ?? dataset[.train].count
    let encodesAll = encodesAllImages || noises.contains { $0.needsAllImages }
    let validation = needsValidation ? draw?.val.count ?? dataset[.val].count : 0
    return (
      [
        (encodesAll ? dataset[.train].count : train, augmentation == .online ? 1 : views),
        (dataset[.test].count + validation, 1),
      ], train
    )
  }

  /// Returns the numbers of the images that are learned from and of their classes.
  ///
  /// - Throws: the errors of ``dataset(_:_:)`` and the draw.
  package func counts(_ settings: LearningSettings, _ model: OpenedModel) throws -> ImageCounts {
    let dataset = try dataset(settings, model)
    return ImageCounts(images: try parts(dataset).train, classes: dataset.classNames.count)
  }

  /// Estimates the work of runs on these images.
  ///
  /// - Parameters:
  ///   - settings: the settings of learning.
  ///   - model: the model.
  ///   - runs: the number of runs.
  ///   - draws: the number of draws, each with features of its own.
  /// - Returns: the work.
  /// - Throws: the errors of reading the lists and some of the images, and of prompts that cannot be learned.
  package func estimate(
    _ settings: LearningSettings, _ model: OpenedModel, runs: Int = 1, draws: Int = 1
  ) throws -> WorkEstimate {
    let dataset = try dataset(settings, model)
    let (encoded, train) = try parts(dataset)
    let pace = try FitPace(dataset.pooled(as: .train), model: model, reading: reading)
    let run = try WorkEstimate(
      learning: settings, classNames: dataset.classNames, images: train, shots: shots, seed: seed, model: model)
    return WorkEstimate(encoding: encoded, pace, model).times(draws) + run.times(runs)
  }
}
