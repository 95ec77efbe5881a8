import PromptLensFeatures
import PromptLensDatasets

extension DatasetCheck {
  /// Checks a published data set, or a list of one's own.
  ///
  /// - Parameters:
  ///   - name: the data set's name, or `KIND:PATH`.
  ///   - root: the folder that it lies in, or that the paths of a list start from.
  ///   - comparesHashes: whether images are compared with the content hashes of their list.
  ///   - observer: the receiver of progress.
  /// - Returns: the check, and the data set's title for people.
  /// - Throws: `DatasetError` when the list cannot be read.
  package static func check(
    _ name: String, root: String?, comparesHashes: Bool, observer: ExperimentObserver = .silent
  ) throws -> (check: DatasetCheck, title: String) {
    if let known = KnownDataset.named(name) { return (DatasetCheck(known, root: root ?? "."), known.title) }
    let source = try DataSource(name)
    if case .named(let known) = source.kind { return (DatasetCheck(known, root: root ?? source.path), known.title) }
    let dataset = try source.dataset(root: root)
    dataset.reportNotes(to: observer)
    let hashed = Split.allCases.reduce(0) { $0 + dataset[$1].count { $0.contentHash != nil } }
    guard comparesHashes, hashed > 0 else {
      return (try DatasetCheck(listed: dataset, comparesHashes: false), name)
    }
    let progress = observer.begin("content hashes", total: hashed, unit: "images")
    defer { progress.finish() }
    return (try DatasetCheck(listed: dataset, comparesHashes: true) { progress.advance() }, name)
  }
}
