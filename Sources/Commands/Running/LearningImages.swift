import Datasets
import Files
import PromptLearning

/// Images to learn from and to test on, before their features are known.
struct LearningImages {
  let source: DataSource
  var root: String?
  var reading = ImageReading()
  /// How training images are varied.
  var augmentation = Augmentation.views
  /// Views of each training image that are kept.
  var views = TrainCommand.defaultViews
  /// Training images of each class, nil for all of them.
  var shots: Int?
  /// The seed of the draw and the views.
  var seed = 1
  /// The classes to learn, of all that shots are drawn from.
  var subset = ClassSubset.all
  /// What is made of the labels; it is checked before any image is encoded.
  var noises: [NoiseRequest] = []
  /// Whether features of all training images are computed, so that runs of other draws find them there; so they are where
  /// images outside the draw take part in a noise.
  var encodesAllImages = false
  /// Whether validation images are needed; they are drawn with the shots.
  var needsValidation = false
  /// Where the features are kept.
  let folder: String
  /// What was opened already.
  var shelf = DataShelf()

  /// The lists, after the class names were found fit to learn: encoding images may take long.
  ///
  /// - Throws: `PromptError` when the prompts cannot be learned, and what reading the lists throws.
  func dataset(_ settings: LearningSettings, _ model: OpenedModel) throws -> Dataset {
    let dataset = try shelf.dataset(source, root: root)
    _ = try dataset.items(of: .train)
    let tokenizer = try model.tokenizer()
    try PromptAudit(
      classNames: dataset.classNames, labels: nil, tokenizer: tokenizer,
      contextLength: settings.length(tokenizer),
      contextLimit: model.configuration.text.contextLength
    ).check()
    return dataset
  }

  /// The features' stores, computed or found in the folder: the training images', the test images' where there are some,
  /// and the validation images' where they are needed.
  ///
  /// - Throws: what ``dataset(_:_:)``, reading the images and keeping features throw.
  func stores(
    _ settings: LearningSettings, _ model: OpenedModel
  ) throws -> (train: FeatureStore, test: FeatureStore?, validation: FeatureStore?) {
    let dataset = try dataset(settings, model)
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    // A part of the classes has a draw of its own, which is known when their features are.
    if subset == .all {
      let images = try LabelledDraw(dataset, draw: draw)
      for noise in noises { try noise.check(on: images) }
    }
    try AtomicOutput.makeFolder(at: folder)
    func store(_ split: Split, views: Int, draw: FewShotDraw?) throws -> FeatureStore {
      try ImageFeatures(
        model: model, precision: settings.precision, reading: reading, views: views, seed: seed
      ).store(dataset, split: split, draw: draw, in: folder, shelf: shelf)
    }
    if needsValidation { _ = try dataset.items(of: .val) }
    let encodesAll = encodesAllImages || noises.contains { $0.needsAllImages }
    // With views made online the kept ones say which images these are, and that all of them can be read.
    return (
      try store(.train, views: augmentation == .online ? 1 : views, draw: encodesAll ? nil : draw),
      dataset[.test].isEmpty ? nil : try store(.test, views: 1, draw: nil),
      needsValidation ? try store(.val, views: 1, draw: draw) : nil
    )
  }

  /// The features to learn from and to test on.
  ///
  /// - Throws: what ``stores(_:_:)`` throws, and `CommandError` when they do not go together.
  func features(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningData {
    let stores = try stores(settings, model)
    var data = try LearningData(
      stores.train, shots: shots, seed: seed, test: stores.test, validation: stores.validation, model: model)
    if case .named(let known) = source.kind { data.isImageNet = known.key == "imagenet" }
    let dataset = try shelf.dataset(source, root: root)
    data.listed = Set(dataset[.train].map(\.path))
    if augmentation == .online { data = try data.renewed(by: renewal(of: dataset, store: stores.train, model)) }
    return try data.keeping(subset)
  }

  /// Takes a new crop of each image through the image tower at every epoch: epoch e sees the view of the number e - 1.
  private func renewal(
    of dataset: Dataset, store: FeatureStore, _ model: OpenedModel
  ) throws -> TrainingFeatures.Renewal {
    let encoder = try model.clip.imageEncoder()
    let transform = try model.evaluationTransform(reading)
    let (seed, indices, hashes, reading) = (seed, store.indices, store.contentHashes, reading)
    let files = indices.map { dataset.file(of: dataset[.train][$0]) }
    return { epoch, rows in
      let loader = ViewLoader(
        files: rows.map { files[$0] }, contentHashes: rows.map { hashes[$0] }, indices: rows.map { indices[$0] },
        views: .crops(epoch - 1..<epoch, seed: seed), transform: transform,
        appliesOrientation: reading.appliesOrientation)
      return try encoder.encode(count: rows.count, of: loader)
    }
  }
}
