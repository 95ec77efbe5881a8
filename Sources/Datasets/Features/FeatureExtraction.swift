import PromptLensFeatures
import PromptLensFiles
import Foundation
import PromptLensTensors

/// The features of a split's images, computed slice by slice into a `FeatureStore`.
///
/// It can be stopped at any time and resumed; see the folder `FILE.h5.partial`.
package struct FeatureExtraction: Sendable {
  /// The key of everything that the features depend on.
  package let key: FeatureKey
  /// The indices of this extraction's images in the split's list.
  package let indices: [Int]
  private let dataset: Dataset
  private let output: String
  private let skipsUnreadable: Bool
  private let toolVersion: String

  /// Creates an extraction.
  ///
  /// - Parameters:
  ///   - dataset: the data set that the images belong to.
  ///   - key: the model, and the split, views and shard of the images.
  ///   - draw: the few-shot draw that the key names; nil for all images.
  ///   - output: the store to write.
  ///   - skipsUnreadable: whether images that cannot be decoded are left out.
  ///   - toolVersion: the version of the program, recorded.
  /// - Throws: ``DatasetError/emptySplit(data:split:available:reason:)``.
  package init(
    _ dataset: Dataset, key: FeatureKey, draw: FewShotDraw?, output: String, skipsUnreadable: Bool, toolVersion: String
  ) throws(DatasetError) {
    let all = try dataset.items(of: key.split).indices
    let chosen = draw.map { $0[key.split] } ?? Array(all)
    indices = Array(chosen[key.shard.range(of: chosen.count)])
    self.key = key
    self.dataset = dataset
    self.output = output
    self.skipsUnreadable = skipsUnreadable
    self.toolVersion = toolVersion
  }

  /// The images' files.
  package var files: [String] { indices.map { dataset.file(of: dataset[key.split][$0]) } }

  /// The expected SHA-256 of each file; nil if the list doesn't contain it.
  package var listedHashes: [String?] { indices.map { dataset[key.split][$0].contentHash } }

  /// Returns the store if it is already finished.
  ///
  /// - Throws: `FeatureError/otherStore(path:differences:)` when the output differs from the request.
  package func finishedStore() throws -> FeatureStore? {
    guard FolderListing.exists(output) else { return nil }
    let store = try FeatureStore.open(output)
    try store.check(
      against: key, of: dataset.name, root: dataset.root, allowsSkipped: skipsUnreadable)
    let items = dataset[key.split]
    for (index, hash) in zip(store.indices, store.contentHashes) {
      guard items.indices.contains(index), let listed = items[index].contentHash, listed != hash else { continue }
      throw FeatureError.otherStore(
        path: output, differences: ["another content of \(items[index].path) than its list gives the hash of"])
    }
    FeatureJournal.removeLeftover(of: output)
    return store
  }

  /// Computes the missing features and writes the store.
  ///
  /// - Parameters:
  ///   - width: the width of a feature.
  ///   - slice: the number of images that are saved at a time.
  ///   - begin: called once with the number of images that are done already.
  ///   - encode: called once with slices of the rows of ``indices``, it computes their features, `[n · V, D]`, and
  ///     hands those of each slice to its second argument together with the records of the slice's files, in any order.
  /// - Returns: the finished store.
  /// - Throws: the errors of `encode`; slices that were written until then stay for the next run.
  package func run(
    width: Int, slice: Int, begin: (Int) -> Void = { _ in },
    encode: (
      _ slices: [Range<Int>], _ record: (Range<Int>, _ features: Tensor, _ images: [ExtractedImage]) throws -> Void
    ) throws -> Void
  ) throws -> FeatureStore {
    let journal = try FeatureJournal(
      output: output, key: key, files: files, listedHashes: listedHashes, width: width,
      acceptsProblems: skipsUnreadable)
    begin(journal.finished)
    try encode(journal.missing(inSlicesOf: max(slice, 1))) { rows, features, images in
      guard features.isFinite else {
        throw FeatureError.badStore(path: output, reason: "the model gives features that are not finite")
      }
      let shaped = try features.reshaped([rows.count, key.views, width])
      try journal.record(FeatureJournal.Piece(rows: rows, features: shaped, images: images))
    }
    try journal.finish(contents(of: journal.pieces, width: width), output: output)
    return try FeatureStore.open(output)
  }

  private func contents(of pieces: [FeatureJournal.Piece], width: Int) throws -> FeatureStoreContents {
    var contents = FeatureStoreContents(
      key: key, data: dataset.name, template: dataset.template, toolVersion: toolVersion,
      classNames: dataset.classNames,
      width: width)
    contents.notes = dataset.notes.map(\.description)
    for piece in pieces {
      var kept: [Int] = []
      for (offset, row) in piece.rows.enumerated() {
        let item = dataset[key.split][indices[row]]
        let image = piece.images[offset]
        guard image.problem == nil else {
          contents.skipped.append(item.path)
          continue
        }
        kept.append(offset)
        contents.labels.append(item.label)
        contents.indices.append(indices[row])
        contents.paths.append(item.path)
        contents.contentHashes.append(image.contentHash)
        contents.fileBytes.append(image.bytes)
      }
      contents.features += try piece.features.rows(kept)
    }
    return contents
  }
}

extension Tensor {
  /// Returns rows along the first axis, ascending, as runs that share this tensor's storage.
  fileprivate func rows(_ kept: [Int]) throws -> [Tensor] {
    let rowShape = Array(shape.dimensions.dropFirst())
    let rowBytes = rowShape.reduce(dtype.byteWidth, *)
    var runs: [Range<Int>] = []
    for row in kept {
      if let last = runs.last, last.upperBound == row {
        runs[runs.count - 1] = last.lowerBound..<row + 1
      } else {
        runs.append(row..<row + 1)
      }
    }
    return try runs.map { run in
      try Tensor(
        shape: Shape([run.count] + rowShape), dtype: dtype, storage: storage,
        byteOffset: byteOffset + run.lowerBound * rowBytes, name: "features")
    }
  }
}
