import Foundation

/// The right to do a piece of work, which one process at a time has: a lock on a file that stays.
///
/// The system takes it back when the process ends, however it ends, so no claim outlives its process. The file is
/// opened for writing, without which locks do not reach across NFS.
package final class Claim {
  private let descriptor: Int32

  /// Claims a piece of work; nil when another process has it.
  ///
  /// - Parameters:
  ///   - path: the lock's file; it's made if it doesn't exist.
  ///   - waits: whether to wait until the process that has it is done, or ended.
  /// - Throws: ``FileError/unwritable(path:reason:)`` when the file cannot be made.
  package init?(at path: String, waits: Bool = false) throws(FileError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    var outcome = flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB))
    while outcome != 0, errno == EINTR { outcome = flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) }
    // File systems without locks are trusted to have one process at work.
    guard outcome != 0, errno == EWOULDBLOCK else { return }
    close(descriptor)
    return nil
  }

  deinit { close(descriptor) }
}
