import PromptLensFeatures
import PromptLensDatasets
import Synchronization

/// A cache of opened lists of images and features.
package final class FeatureCache: Sendable {
  private struct Source: Hashable {
    let text: String
    let root: String?
  }

  private let datasets = Mutex<[Source: Dataset]>([:])
  private let stores = Mutex<[String: FeatureStore]>([:])
  private let patchStores = Mutex<[String: PatchStore]>([:])

  /// Creates an empty cache.
  package init() {}

  /// Returns the data set of a source, which is read once; its notes are reported then.
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

  /// Returns the features with a name, which are opened or made once.
  package func store(_ name: String, make: () throws -> FeatureStore) throws -> FeatureStore {
    if let found = stores.withLock({ $0[name] }) { return found }
    let made = try make()
    stores.withLock { $0[name] = made }
    return made
  }

  /// Returns the embedded patches of images with a key, whose files are opened or made once.
  func patches(of key: FeatureKey, make: () throws -> PatchStore) throws -> PatchStore {
    let name = key.identifier
    if let found = patchStores.withLock({ $0[name] }) { return found }
    let made = try make()
    patchStores.withLock { $0[name] = made }
    return made
  }
}
