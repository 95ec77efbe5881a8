import Datasets
import Files
import PromptLearning

/// Images to learn from and to test on, before their features are known.
struct LearningImages {
  let source: DataSource
  var root: String?
  var reading = ImageReading()
  /// Views of each training image.
  var views = TrainCommand.defaultViews
  /// Training images of each class, nil for all of them.
  var shots: Int?
  /// The seed of the draw and the views.
  var seed = 1
  /// The classes to learn, of all that shots are drawn from.
  var subset = ClassSubset.all
  /// Whether features of all training images are computed, so that runs of other draws find them there.
  var encodesAllImages = false
  /// Where the features are kept.
  let folder: String

  /// The features, computed or found in the folder, after the class names were found fit to learn: encoding images may
  /// take long.
  ///
  /// - Throws: `PromptError` when the prompts cannot be learned, and what reading the images and keeping features throw.
  func features(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningData {
    let dataset = try source.dataset(root: root)
    _ = try dataset.items(of: .train)
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    let tokenizer = try model.tokenizer()
    try PromptAudit(
      classNames: dataset.classNames, labels: nil, tokenizer: tokenizer,
      contextLength: settings.contextInitialization.length(tokenizer),
      contextLimit: model.configuration.text.contextLength
    ).check()
    try AtomicOutput.makeFolder(at: folder)
    func store(_ split: Split, views: Int, draw: FewShotDraw?) throws -> FeatureStore {
      try ImageFeatures(
        model: model, precision: settings.precision, reading: reading, views: views, seed: seed
      ).store(dataset, split: split, draw: draw, folder: folder).store
    }
    let train = try store(.train, views: views, draw: encodesAllImages ? nil : draw)
    let test = dataset[.test].isEmpty ? nil : try store(.test, views: 1, draw: nil)
    var data = try LearningData(train, shots: shots, seed: seed, test: test, model: model)
    if case .named(let known) = source.kind { data.isImageNet = known.key == "imagenet" }
    return try data.keeping(subset)
  }
}
