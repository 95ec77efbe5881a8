import PromptLensDatasets
import PromptLensJSONDocuments

extension RunFolder {
  /// Counts the images of a selection whose files are those that the run learned from.
  ///
  /// - Parameter images: the images.
  /// - Returns: the number; 0 for runs from before hashes were recorded.
  /// - Throws: `FileError` for an image that cannot be read again.
  func repeatedImages(among images: SelectedImages) throws -> Int {
    guard case .array(let recorded)? = description.record["image_sha256"] else { return 0 }
    let known = Set(
      recorded.compactMap { hash -> String? in if case .string(let text) = hash { text } else { nil } })
    return try images.contentHashes().count { known.contains($0) }
  }
}
