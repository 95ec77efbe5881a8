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
  ///   - observer: the receiver of notes.
  /// - Returns: the targets, in order.
  /// - Throws: `EvaluationError` for a target that shares no class, and the errors of reading the lists.
  package static func open(
    _ texts: [String], known: ClassMatching.Classes, map: String?, model: OpenedModel,
    observer: ExperimentObserver = .silent
  ) throws -> [ProbeTarget] {
    let opened = try texts.map { try open($0, model: model, observer) }
    let pairs = try map.map { path in
      let pairs = try ClassMap(contentsOf: path)
      try pairs.check(against: opened.map(\.classes))
      return pairs
    }
    return try opened.map { source, classes in
      ProbeTarget(
        name: classes.owner, shared: try SharedClasses(classes, among: known, map: pairs), source: source)
    }
  }

  private static func open(
    _ text: String, model: OpenedModel, _ observer: ExperimentObserver
  ) throws -> (source: Source, classes: ClassMatching.Classes) {
    if text.hasSuffix(".h5") {
      let store = try FeatureStore.open(text)
      try store.check(against: model)
      return (
        .store(store), ClassMatching.Classes(owner: "\(store.data), \(store.split)", names: store.classNames)
      )
    }
    let dataset = try DataSource(text).dataset()
    dataset.reportNotes(to: observer)
    _ = try dataset.items(of: .test)
    return (.images(dataset), dataset.classes(owner: text))
  }

  /// Returns the features of the target's images, and what was noticed about them.
  func features(_ encoder: ProbeEncoder) throws -> (store: FeatureStore, remarks: ImageRemarks) {
    switch source {
    case .store(let store): return (store, ImageRemarks([store]))
    case .images(let dataset):
      let store = try encoder.store(dataset, split: .test, draw: nil)
      return (store, ImageRemarks(dataset, [store]))
    }
  }
}
