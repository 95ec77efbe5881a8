import Foundation

/// An error of a file that is missing, can't be read, or can't be written.
///
/// Errors in the contents belong to the library that reads them.
package enum FileError: Error, Equatable, CustomStringConvertible {
  /// A path that doesn't exist.
  case missing(path: String, expected: String)
  /// A folder in place of another kind of folder, or of a file.
  case otherFolder(path: String, expected: String, found: String)
  /// An existing path that can't be read as requested.
  case unreadable(path: String, reason: String)
  /// A file that is larger than its kind allows.
  case tooLarge(path: String, limit: Int, found: Int)
  /// A Git LFS pointer stands in place of the file.
  case gitLFSPointer(path: String, expected: String)
  /// A path that can't be written.
  case unwritable(path: String, reason: String)
  /// The device has no room for the file.
  case noSpace(path: String, device: String, needed: Int?)
  /// A file exists that the command must not replace.
  case exists(path: String)
  /// The output is one of the command's inputs.
  case isInput(path: String)
  /// Another process works in the folder.
  case busy(path: String)
  /// The reader of a pipe has gone.
  case closedPipe(path: String)

  /// One sentence: the location, the expected and the found value.
  package var description: String {
    switch self {
    case .missing(let path, let expected): "\(path): not found; expected \(expected)"
    case .otherFolder(let path, let expected, let found): "\(path): expected \(expected), found \(found)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .tooLarge(let path, let limit, let found):
      "\(path): \(found) bytes, more than the \(limit) that a file of this kind may have"
    case .gitLFSPointer(let path, let expected):
      "\(path): a Git LFS pointer, a few lines that stand for a file that was not downloaded; expected \(expected): run git "
        + "lfs pull in its repository, or download the file itself"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .noSpace(let path, let device, let needed):
      "\(path): cannot be written: no space left on \(device)"
        + (needed.map { " (needed \(max($0 / 1_000_000, 1)) MB)" } ?? "")
    case .exists(let path): "\(path): exists already; --force replaces it"
    case .isInput(let path): "\(path): is an input of this command; choose another name for the output"
    case .busy(let path): "\(path): another process is at work in this folder"
    case .closedPipe(let path): "\(path): nobody reads it any more"
    }
  }

  /// Creates the error for a failed write from `errno`.
  ///
  /// - Parameters:
  ///   - path: the path that the user asked for.
  ///   - code: the value of `errno`.
  ///   - needed: the bytes that the file takes as far as is known.
  /// - Returns: ``noSpace(path:device:needed:)`` for a full disk, ``closedPipe(path:)`` for a pipe without a reader.
  package static func writing(_ path: String, code: Int32, needed: Int? = nil) -> FileError {
    switch code {
    case ENOSPC, EDQUOT: .noSpace(path: path, device: mountPoint(of: path), needed: needed)
    case EPIPE: .closedPipe(path: path)
    default: .unwritable(path: path, reason: String(cString: strerror(code)))
    }
  }

  /// Returns the topmost folder above a path that lies on the same device.
  private static func mountPoint(of path: String) -> String {
    var status = stat()
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard stat(folder, &status) == 0 else { return folder }
    let device = status.st_dev
    while folder != "/" {
      let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
      guard stat(parent, &status) == 0, status.st_dev == device else { return folder }
      folder = parent
    }
    return folder
  }
}
