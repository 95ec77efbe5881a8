import PromptLensTensorFiles
import Foundation
import PromptLensTensors

/// A record of an image's file, made while its features were computed.
package struct ExtractedImage: Sendable, Equatable {
  /// The SHA-256 of the file; empty when it cannot be read.
  package let contentHash: String
  /// The file's size.
  package let bytes: Int
  /// The reason why the image cannot be decoded, nil if it can.
  package let problem: String?

  /// Creates the record of one image.
  package init(contentHash: String, bytes: Int, problem: String? = nil) {
    self.contentHash = contentHash
    self.bytes = bytes
    self.problem = problem
  }
}

extension ExtractedImage {
  /// Returns the first image whose file was changed since its record was written: it has another size, or is newer
  /// and has another hash. A missing image doesn't count as changed.
  ///
  /// - Parameters:
  ///   - images: the earlier records of the images.
  ///   - files: the paths of the images.
  ///   - record: the file that was written then.
  /// - Returns: the index of the first changed image, nil when none changed.
  /// - Throws: `FileError` when a newer one cannot be read.
  static func firstChanged(_ images: [ExtractedImage], in files: [String], since record: String) throws -> Int? {
    var status = stat()
    guard stat(record, &status) == 0 else { return nil }
    let written = status.st_mtim.tv_sec
    let changed = try Parallel.map(images.count) { index -> Bool in
      var status = stat()
      guard stat(files[index], &status) == 0 else { return false }
      guard Int(status.st_size) == images[index].bytes else { return true }
      guard status.st_mtim.tv_sec >= written else { return false }
      return try Fingerprint.ofFile(files[index]) != images[index].contentHash
    }
    return changed.firstIndex(of: true)
  }
}
