import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures

/// Other data for testing a fitted classifier, restricted to the shared classes.
package struct ProbeTarget {
  /// The name of the data.
  package let name: String
  /// The shared classes.
  package let shared: SharedClasses
  private let source: Source
  private let grouping: Grouping?

  private enum Source {
    case images(Dataset)
    case store(FeatureStore)
  }

  /// Opens the lists of targets and matches their classes, without reading images.
  ///
  /// - Parameters:
  ///   - texts: the targets, `KIND:PATH` or a file of features.
  ///   - known: the classifier's classes.
  ///   - map: a file of matching classes.
  ///   - model: the model.
  ///   - grouping: the grouping of the images; nil for none.
  ///   - observer: the receiver of notes.
  /// - Returns: the targets, in order.
  /// - Throws: `EvaluationError` for a target that shares no class, and the errors of reading the lists.
  package static func open(
    _ texts: [String], known: ClassMatching.Classes, map: String?, model: OpenedModel,
    grouping: Grouping? = nil, observer: ExperimentObserver = .silent
  ) throws -> [ProbeTarget] {
    let opened = try texts.map { try open($0, model: model, grouping, observer) }
    let pairs = try map.map { path in
      let pairs = try ClassMap(contentsOf: path)
      try pairs.check(against: opened.map(\.classes))
      return pairs
    }
    return try opened.map { source, classes in
      ProbeTarget(
        name: classes.owner, shared: try SharedClasses(classes, among: known, map: pairs), source: source,
        grouping: grouping)
    }
  }

  private static func open(
    _ text: String, model: OpenedModel, _ grouping: Grouping?, _ observer: ExperimentObserver
  ) throws -> (source: Source, classes: ClassMatching.Classes) {
    if text.hasSuffix(".h5") {
      let store = try FeatureStore.open(text)
      try store.check(against: model)
      return (
        .store(store), ClassMatching.Classes(owner: "\(store.data), \(store.split)", names: store.classNames)
      )
    }
    let dataset = try DataSource(text).keeping(attributes: grouping?.columns ?? []).dataset()
    dataset.reportNotes(to: observer)
    _ = try dataset.items(of: .test)
    return (.images(dataset), dataset.classes(owner: text))
  }

  /// Returns the features of the target's images, and what was noticed about them.
  func features(
    _ encoder: ProbeEncoder
  ) throws -> (store: FeatureStore, images: LabeledFeatures, remarks: ImageRemarks) {
    switch source {
    case .store(let store):
      var images = store.images
      if let grouping { images.groups = try grouping.groups(of: store) }
      return (store, images, ImageRemarks([store]))
    case .images(let dataset):
      let store = try encoder.store(dataset, split: .test, draw: nil)
      var images = store.images
      if let grouping { images.groups = try grouping.groups(of: store, in: dataset) }
      return (store, images, ImageRemarks(dataset, [store]))
    }
  }
}
