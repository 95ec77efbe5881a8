import Foundation
import Synchronization

/// A file or a folder under a temporary name, `.NAME.XXXXXXXX.partial`, locked by the process that writes it.
///
/// The lock tells a name in use from one that a killed process left: whoever gets the lock of a leftover may remove it.
package final class PartialOutput {
  /// The temporary path.
  let path: String
  private let descriptor: Int32
  private static let cleaned = Mutex<Set<String>>([])

  /// Makes an empty file or folder beside its final path.
  ///
  /// - Throws: ``FileError/unwritable(path:reason:)`` when the folder above is missing or cannot be written.
  init(for final: String, isFolder: Bool) throws(FileError) {
    let url = URL(fileURLWithPath: final)
    let folder = url.deletingLastPathComponent().path
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .unwritable(path: final, reason: "there is no folder \(folder)")
    }
    // Once for each folder is enough: what is left behind later is another process's.
    if Self.cleaned.withLock({ $0.insert(folder).inserted }) { Self.removeLeftovers(in: folder) }
    while true {
      // A longer name than the system allows would fail for a reason that the user can't see.
      let name = "\(folder)/.\(url.lastPathComponent.prefix(200)).\(UUID().uuidString.prefix(8)).partial"
      guard let descriptor = UnfinishedOutput.begin(name, first: { Self.make(name, isFolder: isFolder) }) else {
        throw .writing(final, code: errno)
      }
      flock(descriptor, LOCK_EX)
      var (mine, there) = (stat(), stat())
      if fstat(descriptor, &mine) == 0, lstat(name, &there) == 0, mine.st_ino == there.st_ino {
        path = name
        self.descriptor = descriptor
        return
      }
      // Somebody took it for a leftover before it was locked.
      close(descriptor)
      UnfinishedOutput.end(name) {}
    }
  }

  deinit { close(descriptor) }

  private static func make(_ name: String, isFolder: Bool) -> Int32? {
    guard !isFolder || mkdir(name, 0o777) == 0 else { return nil }
    let descriptor =
      isFolder
      ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    return descriptor >= 0 ? descriptor : nil
  }

  /// Removes a folder of unfinished work as a whole: killed meanwhile, it leaves a temporary name, never a part of the
  /// folder under its own.
  package static func discard(_ folder: String) {
    let url = URL(fileURLWithPath: folder)
    let above = url.deletingLastPathComponent().path
    let aside = "\(above)/.\(url.lastPathComponent.prefix(200)).\(UUID().uuidString.prefix(8)).partial"
    // An interruption waits until the folder is gone.
    UnfinishedOutput.unlessInterrupted {
      try? FileManager.default.removeItem(atPath: rename(folder, aside) == 0 ? aside : folder)
    }
  }

  /// Waits until a file is on the disk, or every file of a folder is.
  func synchronize() {
    if let files = FileManager.default.enumerator(atPath: path) {
      for case let file as String in files { Self.synchronize("\(path)/\(file)") }
    }
    fsync(descriptor)
  }

  /// Waits until a file, or a folder's list of names, is on the disk.
  static func synchronize(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Removes the temporary files and folders that processes which are gone have left in a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - recursively: whether folders below it are searched, too.
  /// - Returns: the paths that were removed, in order.
  @discardableResult
  package static func removeLeftovers(in folder: String, recursively: Bool = false) -> [String] {
    var removed: [String] = []
    for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
      let path = "\(folder)/\(name)"
      if isTemporary(name) {
        if isLeftover(path), (try? FileManager.default.removeItem(atPath: path)) != nil { removed.append(path) }
      } else if recursively {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
        removed += removeLeftovers(in: path, recursively: true)
      }
    }
    return removed
  }

  /// Removes what processes that are gone have left in a folder and in those below it.
  ///
  /// - Returns: the paths that were removed, in order.
  /// - Throws: ``FileError`` when the folder is missing or cannot be listed.
  package static func leftoversRemoved(below folder: String) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else {
      throw errno == ENOENT
        ? .missing(path: folder, expected: "a folder")
        : .unreadable(path: folder, reason: String(cString: strerror(errno)))
    }
    closedir(stream)
    var path = folder
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return removeLeftovers(in: path, recursively: true)
  }

  private static func isTemporary(_ name: String) -> Bool {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    // Killed for good while it removed its output after a first signal.
    if parts.last == "removed" { parts.removeLast() }
    guard parts.count >= 4, parts[0].isEmpty, parts[parts.count - 1] == "partial" else { return false }
    let mark = parts[parts.count - 2]
    return mark.count == 8 && mark.allSatisfy { $0.isHexDigit && !$0.isLowercase }
  }

  /// Returns a Boolean value that indicates whether no process has the lock of a temporary file.
  ///
  /// Where the file system has no locks, nothing is a leftover.
  private static func isLeftover(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
