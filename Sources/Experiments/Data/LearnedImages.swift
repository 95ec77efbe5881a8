import PromptLensFeatures

/// The images that a prompt or a classifier was learned from, by the contents of their files, to find them among the
/// images that it is measured on.
package struct LearnedImages: Sendable {
  private let hashes: Set<String>

  /// Creates a set of images.
  ///
  /// - Parameter hashes: the SHA-256 of each image's file, empty where it isn't known.
  package init(_ hashes: some Sequence<String>) {
    self.hashes = Set(hashes).subtracting([""])
  }

  /// Counts the images among others.
  ///
  /// - Parameter hashes: the SHA-256 of the others' files.
  /// - Returns: the number of others with the content of one of these; 0 where contents aren't known.
  package func count(among hashes: some Sequence<String>) -> Int { hashes.count { self.hashes.contains($0) } }

  /// Counts the images among those of a store's features.
  ///
  /// - Parameters:
  ///   - store: the features.
  ///   - labels: the label that each of the store's classes has, nil for one that isn't measured; nil to count in all.
  /// - Returns: the number of the store's images with the content of one of these.
  func count(among store: FeatureStore, labels: [Int?]? = nil) -> Int {
    guard let labels else { return count(among: store.contentHashes) }
    return zip(store.contentHashes, store.labels).count { hash, label in
      labels[label] != nil && hashes.contains(hash)
    }
  }

  /// Counts the images among those of a selection, whose files are read again unless their contents are recorded.
  ///
  /// - Parameters:
  ///   - selected: the selection.
  ///   - labels: the label that each of its classes has, nil for one that isn't measured; nil to count in all.
  /// - Returns: the number of the selection's images with the content of one of these.
  /// - Throws: `FileError` for an image that cannot be read again.
  func count(among selected: SelectedImages, labels: [Int?]? = nil) throws -> Int {
    guard !hashes.isEmpty else { return 0 }
    return count(among: try selected.contentHashes(labels: labels))
  }

  /// Words a warning of images that were learned from.
  ///
  /// - Parameters:
  ///   - repeated: how many of them are among those that are measured on.
  ///   - total: the number of those.
  ///   - images: what those are called, in the plural.
  ///   - learner: what was learned.
  /// - Returns: a sentence without a period.
  package static func warning(
    _ repeated: Int, of total: Int, images: String = "images", learner: String = "the prompt"
  ) -> String {
    "\(repeated) of \(total) \(images) \(repeated == 1 ? "is" : "are") among those that \(learner) was learned from; the "
      + "accuracy says less about new ones"
  }
}

extension RunFolder {
  /// The SHA-256 of the images that the run learned from; none for runs from before they were recorded.
  var imageHashes: [String] {
    guard case .array(let recorded)? = description.record["image_sha256"] else { return [] }
    return recorded.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The images that the run learned from.
  var learnedImages: LearnedImages { LearnedImages(imageHashes) }
}

extension StoredClassifier {
  /// The images that the classifier was fitted on; none for files that don't record them.
  var learnedImages: LearnedImages { LearnedImages(file.imageHashes) }
}
