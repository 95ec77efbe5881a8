import PromptLensDatasets
import PromptLensFeatures

extension Dataset {
  /// The splits, without one that serves as another, too.
  var pooledSplits: [Split] { Split.allCases.filter { !(validatesOnTest && $0 == .val) } }

  /// The images of all splits as one list, in the order of ``pooledSplits``.
  var pooled: Dataset {
    Dataset(
      name: name, root: root, classNames: classNames, classIdentifiers: classIdentifiers, template: template,
      splits: [.train: pooledSplits.flatMap { self[$0] }])
  }
}
