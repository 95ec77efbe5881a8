import PromptLensFeatures
import PromptLensExperiments
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

/// Other data that a fitted classifier is measured on, among the classes that both have.
struct ProbeTarget {
  /// What the data are called.
  let name: String
  private let source: Source
  /// Which classes count.
  let shared: SharedClasses

  private enum Source {
    case images(Dataset)
    case store(FeatureStore)
  }

  /// Opens targets' lists and matches their classes; no image is read.
  ///
  /// - Parameters:
  ///   - command: what names the targets, and the file that says which of their classes are which.
  ///   - known: the classifier's classes.
  ///   - model: the model.
  /// - Returns: the targets.
  /// - Throws: `EvaluationError` for one that shares no class, and what reading the lists throws.
  static func all(of command: ProbeCommand, known: ClassMatching.Classes, model: OpenedModel) throws -> [ProbeTarget] {
    let opened = try command.target.map { try open($0, model: model) }
    let map = try command.mapOptions.read(for: opened.map(\.classes))
    return try opened.map { source, classes in
      ProbeTarget(
        name: classes.owner, source: source, shared: try SharedClasses(classes, among: known, map: map))
    }
  }

  private static func open(
    _ text: String, model: OpenedModel
  ) throws -> (source: Source, classes: ClassMatching.Classes) {
    if text.hasSuffix(".h5") {
      let store = try FeatureStore.open(text)
      try store.check(against: model)
      return (
        .store(store), ClassMatching.Classes(owner: "\(store.data), \(store.split)", names: store.classNames)
      )
    }
    let dataset = try DataSource(text).dataset()
    _ = try dataset.items(of: .test)
    return (.images(dataset), dataset.classes(owner: text))
  }

  /// The images of shared classes, labelled by their places among them.
  func images(_ command: ProbeCommand, model: OpenedModel) throws -> LabeledFeatures {
    let all: LabeledFeatures
    switch source {
    case .store(let store): all = store.images
    case .images(let dataset):
      let folder = command.featureFolder ?? "\(command.output)/features"
      let store = try ImageFeatures(
        model: model, precision: command.computeOptions.precision, reading: command.imageOptions.reading, views: 1,
        seed: command.seed, observer: Console.observer
      ).store(dataset, split: .test, draw: nil, in: folder)
      all = store.images
    }
    return try shared.images(of: all)
  }
}
