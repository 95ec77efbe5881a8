import PromptLensFeatures
import PromptLensDatasets
import Synchronization

/// Lists of images and features that were opened already, for commands that need the same ones again.
package final class FeatureCache: Sendable {
  private struct Source: Hashable {
    let text: String
    let root: String?
  }

  private let datasets = Mutex<[Source: Dataset]>([:])
  private let stores = Mutex<[String: FeatureStore]>([:])

  /// Creates an empty cache.
  package init() {}

  /// Returns the data set that a source names; it's read once, and what is noticed then is reported.
  package func dataset(
    _ source: DataSource, root: String?, observer: ExperimentObserver = .silent
  ) throws -> Dataset {
    let key = Source(text: source.description, root: root)
    if let found = datasets.withLock({ $0[key] }) { return found }
    let read = try source.dataset(root: root)
    read.reportNotes(to: observer)
    datasets.withLock { $0[key] = read }
    return read
  }

  /// Returns the features under a name; they're opened or made once.
  package func store(_ name: String, make: () throws -> FeatureStore) throws -> FeatureStore {
    if let found = stores.withLock({ $0[name] }) { return found }
    let made = try make()
    stores.withLock { $0[name] = made }
    return made
  }
}
