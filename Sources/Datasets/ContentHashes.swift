import PromptLensFeatures
import PromptLensTensors

extension Dataset {
  /// Returns the SHA-256 of each image's file, by split.
  ///
  /// - Parameter finished: called after each file, on any thread.
  /// - Returns: 64 hexadecimal digits for each image, in the splits' order.
  /// - Throws: `FileError` for the first file that is missing.
  package func contentHashes(finished: @escaping @Sendable () -> Void = {}) throws -> [Split: [String]] {
    var hashes: [Split: [String]] = [:]
    for split in Split.allCases {
      let files = self[split].map { file(of: $0) }
      hashes[split] = try Parallel.map(files.count) { index in
        defer { finished() }
        return try ImageFile.fingerprint(of: files[index])
      }
    }
    return hashes
  }
}
