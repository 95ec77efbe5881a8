import PromptLensDatasets
import PromptLensFeatures
import PromptLensFiles

/// The pixels behind the features, which prompts in the image tower encode anew.
extension LearningImages {
  /// Returns data whose images show their pixels, the training images with their embedded patches.
  ///
  /// - Parameters:
  ///   - data: the data of the stores.
  ///   - stores: the stores of features.
  ///   - dataset: the lists of images.
  ///   - settings: the settings of the run.
  ///   - model: the model.
  /// - Returns: the data with pixels.
  /// - Throws: the errors of reading images, and `FeatureError` for damaged patches.
  func showing(
    _ data: LearningData, _ stores: (train: FeatureStore, test: FeatureStore?, validation: FeatureStore?),
    _ dataset: Dataset, _ settings: LearningSettings, _ model: OpenedModel
  ) throws -> LearningData {
    func pixels(_ store: FeatureStore, _ split: Split, views: Int?) throws -> LabeledFeatures.Pixels {
      try store.pixels(in: dataset, split: split, model: model, reading: reading, views: views, seed: seed)
    }
    var seen = try pixels(stores.train, .train, views: augmentation == .online ? nil : views)
    seen.patches = try patches(stores.train, dataset, settings, model)
    return try data.showing(
      train: seen, test: stores.test.map { try pixels($0, .test, views: 1) },
      validation: stores.validation.map { try pixels($0, .val, views: 1) })
  }

  /// Returns the embedded patches of training views, which are kept beside the features; nil where each view is seen once,
  /// or none may be kept.
  private func patches(
    _ store: FeatureStore, _ dataset: Dataset, _ settings: LearningSettings, _ model: OpenedModel
  ) throws -> LabeledFeatures.Pixels.Patches? {
    guard augmentation != .online, case .visionTransformer(let vision) = model.configuration.image,
      let bytes = model.configuration.patchBytes, patchSpace >= bytes
    else { return nil }
    var key = try ImageFeatures(
      model: model, precision: settings.precision, reading: reading, views: views, seed: seed
    ).key(dataset, split: .train, draw: nil, shard: .whole)
    key.draw = store.key.draw
    let patches: PatchStore
    do {
      let observer = observer
      patches = try cache.patches(of: key) {
        try PatchStore(
          in: folder, key: key, contentHashes: store.contentHashes, positions: vision.positions,
          width: vision.transformer.width, space: patchSpace, note: { observer.note($0) })
      }
    } catch let error as FileError {
      observer.note("patches of training views aren't kept, and are computed in every step: \(error)")
      return nil
    }
    if patches.limit < patches.total {
      observer.note(
        "\(patches.path): the patches of \(patches.limit) of \(patches.total) training views are kept, so that \(folder) has "
          + "at most \(patchSpace / 1_000_000) MB of them; the others are computed in every step; --patch-space changes that"
      )
    }
    return { images, views, embed in try patches.rows(images, views, embed: embed) }
  }
}
