import Foundation

/// The target of an output path, with symbolic links followed as by a shell's redirection.
enum OutputDestination: Equatable {
  /// A regular file, a folder or nothing yet: the path behind all links.
  case path(String)
  /// A device, a pipe or an open descriptor, which is written to and never replaced.
  case stream(String)

  /// Looks at a path.
  ///
  /// - Throws: ``FileError/unwritable(path:reason:)`` when its links lead in a circle.
  init(_ path: String) throws(FileError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    for _ in 0..<40 {
      guard !Self.isDescriptor(path) else {
        self = .stream(path)
        return
      }
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
        let kind = status.st_mode & S_IFMT
        self = [S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK].contains(kind) ? .stream(path) : .path(path)
        return
      }
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      path = target.hasPrefix("/") ? target : "\(folder)/\(target)"
    }
    throw .unwritable(path: path, reason: String(cString: strerror(ELOOP)))
  }

  /// The path of one of this process's open files, `/dev/stdout`, whose name the system resolves by itself.
  private static func isDescriptor(_ path: String) -> Bool {
    ["/proc/self/fd/", "/dev/fd/"].contains { path.hasPrefix($0) }
  }
}
