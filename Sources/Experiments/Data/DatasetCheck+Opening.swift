import PromptLensFeatures
import PromptLensDatasets

extension DatasetCheck {
  /// Checks a published data set, or the user's own list.
  ///
  /// - Parameters:
  ///   - name: the data set's name, or `KIND:PATH`.
  ///   - root: the folder of the data set, or the folder that the paths of a list are relative to.
  ///   - comparesHashes: whether images are compared with the content hashes of their list.
  ///   - decodesImages: whether every image is decoded and compared with the others.
  ///   - observer: the receiver of progress.
  /// - Returns: the check, and the data set's title.
  /// - Throws: `DatasetError` when the list cannot be read.
  package static func check(
    _ name: String, root: String?, comparesHashes: Bool, decodesImages: Bool, observer: ExperimentObserver = .silent
  ) throws -> (check: DatasetCheck, title: String) {
    let source = try KnownDataset.named(name) == nil ? DataSource(name) : nil
    var known = KnownDataset.named(name)
    if let source, case .named(let named) = source.kind { known = named }
    if let known {
      let root = root ?? source?.path ?? "."
      var check = DatasetCheck(known, root: root)
      for note in check.notes { observer.note("note: \(note)") }
      if decodesImages, check.problem == nil {
        check.images = try images(of: known.read(root), observer: observer)
      }
      return (check, known.title)
    }
    guard let source else { throw DatasetError.badSource(text: name, reason: "it names no data set") }
    let dataset = try source.dataset(root: root)
    dataset.reportNotes(to: observer)
    var check = try listed(dataset, comparesHashes: comparesHashes, observer: observer)
    if decodesImages { check.images = try images(of: dataset, observer: observer) }
    return (check, name)
  }

  private static func listed(
    _ dataset: Dataset, comparesHashes: Bool, observer: ExperimentObserver
  ) throws -> DatasetCheck {
    let hashed = Split.allCases.reduce(0) { $0 + dataset[$1].count { $0.contentHash != nil } }
    guard comparesHashes, hashed > 0 else { return try DatasetCheck(listed: dataset, comparesHashes: false) }
    let progress = observer.begin("content hashes", total: hashed, unit: "images")
    defer { progress.finish() }
    return try DatasetCheck(listed: dataset, comparesHashes: true) { progress.advance() }
  }

  private static func images(of dataset: Dataset, observer: ExperimentObserver) throws -> ImageCheck {
    let progress = observer.begin("decoding", total: ImageCheck.count(of: dataset), unit: "images")
    defer { progress.finish() }
    return try ImageCheck(dataset) { progress.advance() }
  }
}
