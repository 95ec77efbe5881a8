import PromptLensDatasets
import PromptLensFeatures
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensPrompts

/// Training and test images before their features are computed.
package struct LearningImages {
  /// The default number of views, enough for a different crop in every epoch of short trainings.
  package static let defaultViews = 8

  package var source: DataSource
  package var root: String?
  package var reading = ImageReading()
  /// The augmentation of training images.
  package var augmentation = Augmentation.views
  /// The number of stored views of each training image.
  package var views = LearningImages.defaultViews
  /// The number of training images of each class; nil for all of them.
  package var shots: Int?
  /// The seed of the draw and the views.
  package var seed = 1
  /// The classes to learn, of all that shots are drawn from.
  package var subset = ClassSubset.all
  /// The noise in the labels, which is checked before images are encoded.
  package var noises: [NoiseRequest] = []
  /// Whether features of all training images are computed for the use of other draws; they always are when a noise
  /// needs images outside the draw.
  package var encodesAllImages = false
  /// Whether validation images are needed; they are drawn with the shots.
  package var needsValidation = false
  /// The folder of the features.
  package let folder: String
  /// The bytes that all embedded patches may take in ``folder``, where prompts stand in the image tower; 0 to keep none.
  package var patchSpace = PatchStore.defaultSpace
  /// The cache of opened lists and features.
  package var cache = FeatureCache()
  /// The observer that receives the progress of encoding.
  package var observer = ExperimentObserver.silent

  /// Creates a description of a source's images, with features stored in a folder; each parameter is explained at its
  /// property.
  package init(
    source: DataSource, root: String? = nil, reading: ImageReading = ImageReading(),
    augmentation: Augmentation = .views,
    views: Int = Self.defaultViews, shots: Int? = nil, seed: Int = 1, subset: ClassSubset = .all,
    noises: [NoiseRequest] = [], encodesAllImages: Bool = false, needsValidation: Bool = false, folder: String,
    cache: FeatureCache = FeatureCache(), observer: ExperimentObserver = .silent
  ) {
    self.source = source
    self.root = root
    self.reading = reading
    self.augmentation = augmentation
    self.views = views
    self.shots = shots
    self.seed = seed
    self.subset = subset
    self.noises = noises
    self.encodesAllImages = encodesAllImages
    self.needsValidation = needsValidation
    self.folder = folder
    self.cache = cache
    self.observer = observer
  }

  /// Reads the lists of images, and checks that prompts of their class names can be learned before images are encoded.
  ///
  /// - Throws: `PromptError` when the prompts cannot be learned, and the errors of reading the lists.
  package func dataset(_ settings: LearningSettings, _ model: OpenedModel) throws -> Dataset {
    let dataset = try cache.dataset(source, root: root, observer: observer)
    _ = try dataset.items(of: .train)
    try settings.checkTowers(model.configuration)
    let tokenizer = try model.tokenizer()
    try PromptAudit(
      classNames: dataset.classNames, labels: nil, tokenizer: tokenizer,
      contextLength: settings.length(tokenizer),
      contextLimit: model.configuration.text.contextLength
    ).check()
    return dataset
  }

  /// Refuses a folder of another run, before images are encoded.
  ///
  /// - Throws: the errors of ``RunFolder/check(_:for:)``.
  package func check(_ output: String, _ settings: LearningSettings, _ model: OpenedModel) throws {
    try RunFolder.check(
      output,
      for: [
        (RunField.method.name, .string(settings.method.rawValue)),
        (RunField.shots.name, shots.map { JSON($0) } ?? .null), (RunField.seed.name, JSON(seed)),
        (RunField.modelFingerprint.name, .string(model.folder.manifest.fingerprint)),
      ])
  }

  /// Returns a warning about classes with fewer images than shots; nil where there are none.
  ///
  /// - Throws: the errors of ``dataset(_:_:)`` and the draw.
  package func shortClasses(_ settings: LearningSettings, _ model: OpenedModel) throws -> String? {
    guard let shots else { return nil }
    let dataset = try dataset(settings, model)
    return ShotCount(try FewShotDraw(dataset, shots: shots, seed: seed), of: dataset).warning
  }

  /// Returns the features' stores, computed or found in the folder: the training images', the test images' if any,
  /// and the validation images' if needed.
  ///
  /// - Throws: the errors of ``dataset(_:_:)``, reading the images and keeping features.
  package func stores(
    _ settings: LearningSettings, _ model: OpenedModel
  ) throws -> (train: FeatureStore, test: FeatureStore?, validation: FeatureStore?) {
    let dataset = try dataset(settings, model)
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    // A subset of the classes has its own draw, which is known once their features are.
    if subset == .all {
      let images = try LabeledDraw(dataset, draw: draw)
      for noise in noises { try noise.check(on: images) }
    }
    try AtomicOutput.makeFolder(at: folder)
    func store(_ split: Split, views: Int, draw: FewShotDraw?) throws -> FeatureStore {
      try ImageFeatures(
        model: model, precision: settings.precision, reading: reading, views: views, seed: seed, observer: observer
      ).store(dataset, split: split, draw: draw, in: folder, cache: cache)
    }
    if needsValidation { _ = try dataset.items(of: .val) }
    let validates = needsValidation || (settings.takesFoundValidation && !dataset[.val].isEmpty)
    let encodesAll = encodesAllImages || noises.contains { $0.needsAllImages }
    // With online views, the stored ones identify the images and show that all are readable.
    return (
      try store(.train, views: storedViews(settings.method), draw: encodesAll ? nil : draw),
      dataset[.test].isEmpty ? nil : try store(.test, views: 1, draw: nil),
      validates ? try store(.val, views: 1, draw: draw) : nil
    )
  }

  /// Returns the number of encoded views: methods that make new features in every epoch need one, by which the images are
  /// identified.
  private func storedViews(_ method: MethodName) -> Int {
    augmentation == .online || method.hasImagePrompts && method != .promptsrc ? 1 : views
  }

  /// Returns the training and test features.
  ///
  /// - Throws: the errors of ``stores(_:_:)``, and `ExperimentError` when they don't match.
  package func features(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningData {
    let stores = try stores(settings, model)
    var data = try LearningData(
      stores.train, shots: shots, seed: seed, test: stores.test, validation: stores.validation, model: model)
    data.dataset = source.knownKey
    let dataset = try cache.dataset(source, root: root)
    data.listed = dataset[.train].map(\.path)
    data.note(dataset)
    data.holdOutManifest = dataset.holdOutManifest(name: source.portableName)
    if settings.method.hasImagePrompts { data = try showing(data, stores, dataset, settings, model) }
    if augmentation == .online { data = try data.renewed(by: renewal(of: dataset, store: stores.train, model)) }
    return try data.keeping(subset)
  }

  /// Returns the encoding of a new crop of each image at every epoch; epoch e uses view e - 1.
  private func renewal(
    of dataset: Dataset, store: FeatureStore, _ model: OpenedModel
  ) throws -> LabeledFeatures.Renewal {
    let encoder = try model.clip.imageEncoder()
    let transform = try model.evaluationTransform(reading)
    let (seed, indices, hashes, reading) = (seed, store.indices, store.contentHashes, reading)
    let files = indices.map { dataset.file(of: dataset[.train][$0]) }
    let (corruption, names) = (dataset.corruption, indices.map { dataset[.train][$0].path })
    return { epoch, rows in
      let loader = ViewLoader(
        files: rows.map { files[$0] }, contentHashes: rows.map { hashes[$0] }, indices: rows.map { indices[$0] },
        views: .crops(epoch - 1..<epoch, seed: seed), transform: transform,
        appliesOrientation: reading.appliesOrientation, corruption: corruption, names: rows.map { names[$0] })
      return try encoder.encode(count: rows.count, of: loader)
    }
  }
}
