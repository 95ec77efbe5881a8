import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensTensors

/// What a probe is fitted and measured on, wherever it comes from.
struct ProbeData {
  let task: FewShotTask
  let test: LabeledFeatures?
  let classes: ClassMatching.Classes
  /// What the data are called.
  let name: String
  /// The prompts that the words' features are of; none for arrays.
  let templates: [Template]
  let modelFingerprint: String?

  var classNames: [String] { classes.names }

  /// Plain arrays.
  init(arrays command: ProbeCommand) throws {
    guard let path = command.features, let labels = command.trainLabels else { throw EvaluationError.noImages }
    let text = try command.textFeatures.map { try FeatureArrays.rows($0) }
    var train = try FeatureArrays.labelled(
      features: path, labels: labels, width: text?.shape.dimensions[1], ways: text?.shape.dimensions[0],
      like: command.textFeatures ?? "")
    let ways = text?.shape.dimensions[0] ?? ((train.labels.max() ?? 0) + 1)
    func more(_ features: String?, _ labels: String?) throws -> LabeledFeatures? {
      guard let features, let labels else { return nil }
      return try FeatureArrays.labelled(
        features: features, labels: labels, width: train.width, ways: ways, like: path)
    }
    var validation = try more(command.validationFeatures, command.validationLabels)
    let measured = try more(command.testFeatures, command.testLabels)
    if let shots = command.shots {
      let draw = try FewShotDraw(train: train.labels, val: validation?.labels ?? [], shots: shots, seed: command.seed)
      train = try train.selecting(draw.train)
      validation = try validation?.selecting(draw.val)
    }
    let names = try FeatureArrays.classNames(command.classes, ways: ways)
    classes = ClassMatching.Classes(owner: path, names: names)
    task = try FewShotTask(
      train: train, validation: validation, text: text, ways: ways,
      scale: command.scale.map { Float($0) } ?? FeatureArrays.defaultScale, seed: command.seed)
    test = try measured?.labeled(classNames: names)
    name = path
    templates = []
    modelFingerprint = nil
  }

  /// Images, or features of promptlens extract, of a model.
  init(_ command: ProbeCommand, model: OpenedModel) throws {
    let stores = try Stores(command, model: model)
    let classNames = stores.train.classNames
    classes = ClassMatching.Classes(
      owner: stores.train.data, names: classNames, identifiers: stores.classIdentifiers)
    name = stores.train.data
    templates = try command.templateOptions.resolved(own: stores.train.template)
    modelFingerprint = model.folder.manifest.fingerprint
    let words = try ZeroShotClassifier(classNames: classNames, templates: templates) {
      try model.features(ofTexts: $0)
    }
    task = try FewShotTask(
      train: stores.train.images.selecting(stores.trainRows).averagingViews(),
      validation: stores.validation?.images.selecting(stores.validationRows).averagingViews(),
      text: words.textFeatures, ways: classNames.count, scale: model.clip.logitScale, seed: command.seed)
    test = stores.test?.images
  }

  /// The feature stores of the three splits, and which of their images count.
  private struct Stores {
    let train: FeatureStore
    let validation: FeatureStore?
    let test: FeatureStore?
    let classIdentifiers: [String]?
    private(set) var trainRows: [Int]
    private(set) var validationRows: [Int]

    init(_ command: ProbeCommand, model: OpenedModel) throws {
      if let path = command.features {
        classIdentifiers = nil
        train = try FeatureStore.open(path)
        validation = try command.validationFeatures.map { try FeatureStore.open($0) }
        test = try command.testFeatures.map { try FeatureStore.open($0) }
      } else {
        let (dataset, draw) = try Self.images(command)
        classIdentifiers = dataset.classIdentifiers
        let folder = command.featureFolder ?? "\(command.output)/features"
        try AtomicOutput.makeFolder(at: folder)
        func store(_ split: Split, draw: FewShotDraw?) throws -> FeatureStore {
          try ImageFeatures(
            model: model, precision: command.computeOptions.precision, reading: command.imageOptions.reading, views: 1,
            seed: command.seed, observer: Console.observer
          ).store(dataset, split: split, draw: draw, in: folder)
        }
        train = try store(.train, draw: draw)
        let hasValidation = !dataset.validatesOnTest && !dataset[.val].isEmpty
        validation = hasValidation ? try store(.val, draw: draw) : nil
        test = dataset[.test].isEmpty ? nil : try store(.test, draw: nil)
      }
      for store in [train, validation, test].compactMap({ $0 }) {
        try store.check(against: model)
        try store.checkClasses(of: train, model: model)
      }
      trainRows = Array(train.labels.indices)
      validationRows = Array((validation?.labels ?? []).indices)
      guard let shots = command.shots else { return }
      // Features that were drawn already are taken as they are, when they are of the draw that is asked for.
      let draw = try FewShotDraw(
        train: train.labels, val: validation?.labels ?? [], shots: shots, seed: command.seed)
      trainRows = try Self.drawn(train, draw.train, command, model)
      if let validation { validationRows = try Self.drawn(validation, draw.val, command, model) }
    }

    private static func images(_ command: ProbeCommand) throws -> (dataset: Dataset, draw: FewShotDraw?) {
      guard let source = command.data else { throw EvaluationError.noImages }
      let dataset = try source.dataset(root: command.rootOptions.root)
      _ = try dataset.items(of: .train)
      return (dataset, try command.shots.map { try FewShotDraw(dataset, shots: $0, seed: command.seed) })
    }

    private static func drawn(
      _ store: FeatureStore, _ rows: [Int], _ command: ProbeCommand, _ model: OpenedModel
    ) throws -> [Int] {
      if store.key.draw == "none" { return rows }
      let asked = "\(command.shots ?? 0) shots, seed \(command.seed)"
      guard store.key.draw == asked else {
        throw ExperimentError.foreignFeatures(
          path: store.path, model: model.folder.path, reason: "they are of \(store.key.draw), not of \(asked)")
      }
      return Array(store.labels.indices)
    }
  }
}
