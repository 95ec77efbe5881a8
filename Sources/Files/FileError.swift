/// An error of a file that is missing, can't be read, or can't be written.
///
/// Errors in the contents belong to the library that reads them.
package enum FileError: Error, Equatable, CustomStringConvertible {
  /// A path that doesn't exist.
  case missing(path: String, expected: String)
  /// An existing path that can't be read as requested.
  case unreadable(path: String, reason: String)
  /// A file that is larger than its kind allows.
  case tooLarge(path: String, limit: Int, found: Int)
  /// A path that can't be written.
  case unwritable(path: String, reason: String)

  /// One sentence: the location, the expected and the found value.
  package var description: String {
    switch self {
    case .missing(let path, let expected): "\(path): not found; expected \(expected)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .tooLarge(let path, let limit, let found):
      "\(path): \(found) bytes, more than the \(limit) that a file of this kind may have"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
