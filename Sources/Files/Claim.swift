import Foundation

/// An exclusive claim of one process to a piece of work: a lock on a file that is kept.
///
/// The system releases it when the process ends in any way, so a claim never outlives its process. The file is
/// opened for writing, without which locks do not reach across NFS.
package final class Claim {
  private let descriptor: Int32

  /// Claims a piece of work; returns nil if another process has it.
  ///
  /// - Parameters:
  ///   - path: the lock's file; it's made if it doesn't exist.
  ///   - waits: whether to wait until the process that has it releases it or ends.
  /// - Throws: ``FileError/unwritable(path:reason:)`` when the file cannot be made.
  package init?(at path: String, waits: Bool = false) throws(FileError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
    var outcome = flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB))
    while outcome != 0, errno == EINTR { outcome = flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) }
    // On file systems without locks, assume that there is only one process.
    guard outcome != 0, errno == EWOULDBLOCK else { return }
    close(descriptor)
    return nil
  }

  deinit { close(descriptor) }
}
