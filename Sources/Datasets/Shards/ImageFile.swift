import Foundation
import PromptLensFiles
import PromptLensTensorFiles

/// An image's file, or its entry of a shard: `photos/1.jpg`, `pets-000.tar/cat.jpg`.
package enum ImageFile {
  private static let endings = [".tar/", ".tar.gz/", ".tgz/"]

  /// Reads an image's bytes.
  ///
  /// - Parameters:
  ///   - path: the file, or a shard, a slash and an entry's name.
  ///   - limit: the most bytes that it may have.
  /// - Returns: the bytes.
  /// - Throws: `FileError` when it is missing, cannot be read or is too large.
  package static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard let (shard, name) = entry(path) else {
      return try MappedFile.contents(of: path, limit: limit, expected: "an image")
    }
    do {
      guard let found = try ShardFiles.shared.entry(name, of: shard) else {
        throw FileError.missing(path: path, expected: "an image in the shard")
      }
      guard found.entry.size <= limit else {
        throw FileError.tooLarge(path: path, limit: limit, found: found.entry.size)
      }
      return try found.shard.contents(of: found.entry)
    } catch let error as FileError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }

  /// Returns a Boolean value that indicates whether an image is there.
  package static func exists(_ path: String) -> Bool {
    guard let (shard, name) = entry(path) else { return FolderListing.exists(path) }
    return (try? ShardFiles.shared.entry(name, of: shard)) != nil
  }

  /// Returns the SHA-256 of an image's bytes.
  ///
  /// - Throws: `FileError` when it is missing or cannot be read.
  package static func fingerprint(of path: String) throws -> String {
    guard entry(path) != nil else { return try Fingerprint.ofFile(path) }
    return try contents(of: path, limit: ViewLoader.fileLimit).withUnsafeBytes { Fingerprint.of($0) }
  }

  /// Parts a path into a shard, which must be a file, and an entry's name; nil for the path of a file.
  private static func entry(_ path: String) -> (shard: String, name: String)? {
    for ending in endings {
      var rest = path[...]
      while let range = rest.range(of: ending) {
        let shard = String(path[..<range.upperBound].dropLast())
        if FolderListing.exists(shard), !FolderListing.isFolder(shard) {
          return (shard, String(path[range.upperBound...]))
        }
        rest = path[range.upperBound...]
      }
    }
    return nil
  }
}
