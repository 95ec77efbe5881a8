import PromptLensFeatures
import PromptLensDatasets
import PromptLensFiles

/// The export of a data set as a split file: paths, labels, class names and content hashes.
package struct SplitFileExport {
  /// The data set.
  package let dataset: Dataset
  /// The file.
  package let path: String
  /// Whether it contains content hashes.
  package let hasHashes: Bool

  /// Writes a split file.
  ///
  /// - Parameters:
  ///   - dataset: the data set.
  ///   - name: the name of the data set in the file.
  ///   - path: the file.
  ///   - hashes: whether to read every image and record its SHA-256.
  ///   - observer: the receiver of progress.
  /// - Throws: `DatasetError` for an image that cannot be read, `FileError` when the file cannot be written.
  package init(
    writing dataset: Dataset, name: String, to path: String, hashes: Bool, observer: ExperimentObserver = .silent
  ) throws {
    var found: [Split: [String]]?
    if hashes {
      let total = Split.allCases.reduce(0) { $0 + dataset[$1].count }
      let progress = observer.begin("content hashes", total: total, unit: "images")
      defer { progress.finish() }
      found = try dataset.contentHashes { progress.advance() }
    }
    try AtomicOutput.text(SplitFile.document(dataset, name: name, hashes: found).serialized() + "\n", to: path)
    self.dataset = dataset
    self.path = path
    hasHashes = hashes
  }
}
