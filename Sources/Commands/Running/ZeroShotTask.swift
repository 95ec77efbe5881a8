import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensTensors

/// Images and words that zero-shot classification compares, wherever they come from.
struct ZeroShotTask {
  let images: LabeledFeatures
  let classifier: LinearClassifier
  let templates: [Template]
  /// What the images are called for people.
  let name: String
  /// What they are called for programs.
  let source: String
  let split: Split?
  /// Where the words' features come from.
  let words: String
  let modelFingerprint: String?

  init(_ command: ZeroShotCommand) throws {
    if let text = command.textFeatures, let features = command.features, let labels = command.labels {
      try self.init(features: features, labels: labels, text: text, classes: command.classes)
    } else {
      try self.init(wordsFor: command)
    }
  }

  /// Plain arrays.
  private init(features: String, labels: String, text: String, classes: String?) throws {
    let rows = try FeatureArrays.rows(text)
    let (ways, width) = (rows.shape.dimensions[0], rows.shape.dimensions[1])
    let names = try FeatureArrays.classNames(classes, ways: ways)
    images = try FeatureArrays.labelled(
      features: features, labels: labels, width: width, ways: ways, like: text, classNames: names)
    classifier = try LinearClassifier.cosine(text: rows, scale: FeatureArrays.defaultScale)
    templates = []
    (name, source, split, words, modelFingerprint) = (features, features, nil, text, nil)
  }

  /// Images or stored features, with words by a model.
  private init(wordsFor command: ZeroShotCommand) throws {
    let store = try command.features.map { try FeatureStore.open($0) }
    let data = command.data ?? command.images.map { DataSource(folder: $0) }
    let dataset = try data?.dataset(
      root: command.rootOptions.root, classes: command.classes.map { try ClassList(contentsOf: $0) })
    let items = try dataset?.items(of: command.split) ?? []
    templates = try command.templateOptions.resolved(own: dataset?.template ?? store?.template)
    let model = try OpenedModel(command.model ?? "", precision: command.computeOptions.precision)
    try store?.check(against: model)
    let zeroShot = try ZeroShotClassifier(
      classNames: dataset?.classNames ?? store?.classNames ?? [], templates: templates
    ) { try model.features(ofTexts: $0, options: command.cleaningOptions) }
    classifier = try LinearClassifier.cosine(text: zeroShot.weights, scale: model.clip.logitScale)
    words = "\(model.folder.path) (\(model.configuration.architectureName))"
    modelFingerprint = model.folder.manifest.fingerprint
    if let store {
      images = store.images
      (name, source, split) = ("\(store.data), \(store.split)", store.data, store.split)
      return
    }
    let features = try model.features(
      of: items, in: dataset, reading: command.imageOptions.reading, observer: Console.observer)
    images = try LabeledFeatures(
      features: features, labels: items.map(\.label), classNames: dataset?.classNames ?? [])
    source = data?.description ?? ""
    split = command.split
    name = command.images ?? "\(source), \(command.split)"
  }
}
