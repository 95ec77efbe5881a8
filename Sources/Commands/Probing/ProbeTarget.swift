import Datasets
import Evaluation
import JSONDocuments
import Reporting
import Tensors

/// Other data that a fitted classifier is measured on, among the classes that both have.
struct ProbeTarget {
  /// What the data are called.
  let name: String
  private let source: Source
  /// Which classes count.
  let match: ClassMatch

  private enum Source {
    case images(Dataset)
    case store(FeatureStore)
  }

  /// Opens a target's lists; no image is read.
  ///
  /// - Throws: ``CommandError/noSharedClasses(source:target:)``, and what reading the lists throws.
  init(_ text: String, classNames known: [String], of learned: String, model: OpenedModel) throws {
    let classNames: [String]
    if text.hasSuffix(".h5") {
      let store = try FeatureStore.open(text)
      try store.check(against: model)
      source = .store(store)
      classNames = store.classNames
      name = "\(store.data), \(store.split)"
    } else {
      let dataset = try DataSource(text).dataset()
      _ = try dataset.items(of: .test)
      source = .images(dataset)
      classNames = dataset.classNames
      name = text
    }
    match = try ClassMatch(known: known, of: learned, target: classNames, in: name)
  }

  /// The images of shared classes, labelled by their places among them.
  func images(_ command: ProbeCommand, model: OpenedModel) throws -> TestFeatures {
    let all: TestFeatures
    switch source {
    case .store(let store): all = try TestFeatures(store)
    case .images(let dataset):
      let folder = command.featureFolder ?? "\(command.output)/features"
      let store = try ImageFeatures(
        model: model, precision: command.computeOptions.compute, reading: command.imageOptions.reading, views: 1,
        seed: command.seed
      ).store(dataset, split: .test, draw: nil, folder: folder).store
      all = try TestFeatures(store)
    }
    return try all.keeping(match.kept)
  }
}
