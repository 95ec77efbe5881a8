import PromptLensFeatures

/// A subset of the classes in an experiment: in base-to-new generalization, prompts are learned on the first half, and
/// the second is new.
package enum ClassSubset: String, Sendable, CaseIterable {
  /// All classes.
  case all
  /// The first ⌈n/2⌉ classes.
  case base
  /// The others.
  case new

  /// Returns the kept labels in order; their indices are the new labels.
  ///
  /// Source: Dassl's `subsample_classes`.
  package func labels(of labels: some Sequence<Int>) -> [Int] {
    let sorted = Set(labels).sorted()
    let half = (sorted.count + 1) / 2
    switch self {
    case .all: return sorted
    case .base: return Array(sorted.prefix(half))
    case .new: return Array(sorted.dropFirst(half))
    }
  }
}

extension Dataset {
  /// Returns the data set with a subset of its classes, renumbered from 0 in all splits; the halves divide the classes
  /// with training images, or all classes without training images.
  package func keeping(_ subset: ClassSubset) -> Dataset {
    guard subset != .all else { return self }
    let shown = self[.train].map(\.label)
    let kept = subset.labels(of: shown.isEmpty ? Array(classNames.indices) : shown)
    let indices = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0.element, $0.offset) })
    let splits = Split.allCases.map { split in
      (
        split,
        self[split].compactMap { item in
          indices[item.label].map { Item(path: item.path, label: $0, contentHash: item.contentHash) }
        }
      )
    }
    return replacing(keeping: kept, splits: Dictionary(uniqueKeysWithValues: splits))
  }
}
