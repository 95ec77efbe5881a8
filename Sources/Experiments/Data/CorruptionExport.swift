import PromptLensDatasets
import PromptLensFeatures
import PromptLensImages

/// The writing of a data set's corrupted images.
package struct CorruptionExport {
  /// The data set.
  package let data: String
  /// The folder.
  package let output: String
  /// The corruptions.
  package let corruptions: [Corruption]
  /// The number of images of the data set.
  package let imageCount: Int
  /// The seed.
  package let seed: Int
  /// The remarks on the images.
  package let remarks: ImageRemarks

  /// Writes the images.
  ///
  /// - Parameters:
  ///   - source: the data set.
  ///   - root: the folder that the paths of a list start from; nil for the list's own.
  ///   - split: the split; nil for all images.
  ///   - corruptions: the corruptions.
  ///   - seed: the seed.
  ///   - reading: how image files are read.
  ///   - output: the folder to write.
  ///   - observer: the receiver of progress.
  /// - Throws: the errors of reading the list and the images, and of writing.
  package init(
    _ source: DataSource, root: String?, split: Split?, corruptions: [Corruption], seed: Int, reading: ImageReading,
    to output: String, observer: ExperimentObserver = .silent
  ) throws {
    let dataset = try source.dataset(root: root)
    dataset.reportNotes(to: observer)
    if let split { _ = try dataset.items(of: split) }
    let images = CorruptedImages(
      dataset, splits: split.map { [$0] } ?? Split.allCases, corruptions: corruptions, seed: seed,
      appliesOrientation: reading.appliesOrientation, skipsUnreadable: reading.skipsUnreadable)
    let progress = observer.begin("corrupted images", total: images.imageCount, unit: "images")
    let skipped = try images.write(to: output) { progress.advance() }
    progress.finish()
    observer.noteSkipped(skipped, of: images.imageCount)
    data = source.description
    self.output = output
    self.corruptions = corruptions
    self.seed = seed
    imageCount = images.imageCount - skipped.count
    remarks = ImageRemarks(notes: dataset.notes.map(\.description), skipped: skipped)
  }
}
