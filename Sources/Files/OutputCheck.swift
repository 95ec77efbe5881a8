import Foundation
import PromptLensCFiles
import Synchronization

/// The rule for a file that the user names as output, applied before any work.
package enum OutputCheck {
  /// The paths at which nothing stood and nothing may be replaced, so that a file of another process, which came
  /// meanwhile, stays.
  private static let new = Mutex<Set<String>>([])

  /// Gives a finished file its final name.
  ///
  /// - Parameters:
  ///   - partial: its temporary name.
  ///   - final: the final name; what stands there is replaced, unless ``file(_:inputs:force:)`` found nothing there and was
  ///     not allowed to replace anything.
  /// - Returns: 0, or the value of `errno`: `EEXIST` when something stands there now.
  static func move(_ partial: String, to final: String) -> Int32 {
    let isNew = new.withLock { $0.remove(final) != nil }
    return (isNew ? cfiles_move(partial, final) : rename(partial, final)) == 0 ? 0 : errno
  }

  /// Returns a Boolean value that indicates whether an output is a device or a pipe, beside which nothing can be written.
  ///
  /// - Throws: ``FileError/unwritable(path:reason:)`` when its links lead in a circle.
  package static func isStream(_ path: String) throws(FileError) -> Bool {
    if case .stream = try OutputDestination(path) { true } else { false }
  }

  /// Checks that a command may write a file.
  ///
  /// A device or a pipe is written to. A file that exists is replaced only on request, and never when the command
  /// reads it.
  ///
  /// - Parameters:
  ///   - path: the output.
  ///   - inputs: the files and folders that the command reads.
  ///   - force: whether an existing file may be replaced.
  /// - Throws: ``FileError/isInput(path:)``, ``FileError/exists(path:)``; ``FileError/unwritable(path:reason:)`` when a
  ///   folder stands there or the one above it cannot be made.
  package static func file(_ path: String, inputs: [String] = [], force: Bool) throws(FileError) {
    guard case .path(let target) = try OutputDestination(path) else { return }
    var status = stat()
    guard stat(target, &status) == 0 else {
      if !force { _ = new.withLock { $0.insert(target) } }
      let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
      return try AtomicOutput.makeFolder(at: folder, for: path)
    }
    for input in inputs {
      var other = stat()
      if stat(input, &other) == 0, other.st_dev == status.st_dev, other.st_ino == status.st_ino {
        throw .isInput(path: path)
      }
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .unwritable(path: path, reason: "it is a folder") }
    guard force else { throw .exists(path: path) }
  }
}
