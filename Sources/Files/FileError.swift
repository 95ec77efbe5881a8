/// A file that is missing, cannot be read, or cannot be written.
///
/// The contents are the business of the library that reads them; this error is about the file itself.
package enum FileError: Error, Equatable, CustomStringConvertible {
  /// The path doesn't exist.
  case missing(path: String, expected: String)
  /// The path exists, but it cannot be read as requested.
  case unreadable(path: String, reason: String)
  /// The file is larger than any file of its kind should be.
  case tooLarge(path: String, limit: Int, found: Int)
  /// A Git LFS pointer stands in place of the file.
  case gitLFSPointer(path: String, expected: String)
  /// The path cannot be written.
  case unwritable(path: String, reason: String)

  /// One sentence: the location, the expected and the found value.
  package var description: String {
    switch self {
    case .missing(let path, let expected): "\(path): not found; expected \(expected)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .tooLarge(let path, let limit, let found):
      "\(path): \(found) bytes, more than the \(limit) that a file of this kind may have"
    case .gitLFSPointer(let path, let expected):
      "\(path): a Git LFS pointer, a few lines that stand for a file that was not downloaded; expected \(expected): run git "
        + "lfs pull in its repository, or download the file itself"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
