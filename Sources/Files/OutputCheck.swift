import Foundation

/// The rule for a file that the user names as output, applied before any work.
package enum OutputCheck {
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
