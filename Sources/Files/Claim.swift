import Foundation

/// The right to do a piece of work, which one process at a time has: a lock on a file or a folder that stays.
///
/// The system takes it back when the process ends, however it ends, so no claim outlives its process. File systems
/// without locks are trusted to have one process at work.
package final class Claim {
  private let descriptor: Int32

  /// Claims a piece of work by a file; nil when another process has it.
  ///
  /// The file is opened for writing, without which locks do not reach across NFS.
  ///
  /// - Parameters:
  ///   - path: the lock's file; it's made if it doesn't exist.
  ///   - waits: whether to wait until the process that has it releases it or ends.
  /// - Throws: ``FileError/unwritable(path:reason:)`` when the file cannot be made.
  package convenience init?(at path: String, waits: Bool = false) throws(FileError) {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw .writing(path, code: errno) }
      guard Self.locks(descriptor, waits: waits) else {
        close(descriptor)
        return nil
      }
      var (mine, there) = (stat(), stat())
      if fstat(descriptor, &mine) == 0, stat(path, &there) == 0, mine.st_ino == there.st_ino {
        self.init(locked: descriptor)
        return
      }
      // The process that had it has removed the file, and another one may have a new file's lock.
      close(descriptor)
    }
  }

  /// Claims a folder, which is made if it doesn't exist, for one process.
  ///
  /// - Throws: ``FileError/busy(path:)`` when another process has it; ``FileError/unwritable(path:reason:)`` when the
  ///   folder cannot be made.
  package static func folder(_ path: String) throws(FileError) -> Claim {
    while true {
      try AtomicOutput.makeFolder(at: path)
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .writing(path, code: errno) }
      guard let claim = Claim(descriptor, waits: false) else { throw .busy(path: path) }
      var (mine, there) = (stat(), stat())
      if fstat(descriptor, &mine) == 0, stat(path, &there) == 0, mine.st_dev == there.st_dev,
        mine.st_ino == there.st_ino
      {
        return claim
      }
      // The process that had it has removed the folder, and another one may have made and locked a new one.
    }
  }

  /// Locks an open file, which is closed with the claim; nil, and closed at once, when another process has the lock.
  convenience init?(_ descriptor: Int32, waits: Bool) {
    guard Self.locks(descriptor, waits: waits) else {
      close(descriptor)
      return nil
    }
    self.init(locked: descriptor)
  }

  private init(locked descriptor: Int32) { self.descriptor = descriptor }

  /// Locks an open file; returns false when another process has the lock.
  private static func locks(_ descriptor: Int32, waits: Bool) -> Bool {
    var outcome = flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB))
    while outcome != 0, errno == EINTR { outcome = flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) }
    return outcome == 0 || errno != EWOULDBLOCK
  }

  deinit { close(descriptor) }
}
