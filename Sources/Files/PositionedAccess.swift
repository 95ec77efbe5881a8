import Foundation

/// Reading and writing of whole ranges of an opened file, from any thread.
///
/// The system may transfer less than it is asked for, and a signal may interrupt it; both continue here.
package enum PositionedAccess {
  /// Reads bytes at an offset.
  ///
  /// - Parameters:
  ///   - descriptor: an opened file.
  ///   - offset: the position in the file.
  ///   - bytes: receives the bytes.
  /// - Returns: the number of bytes read; fewer than asked for at the end of the file, or after an error, which is in `errno`.
  package static func read(_ descriptor: Int32, at offset: Int, to bytes: UnsafeMutableRawBufferPointer) -> Int {
    transfer(bytes.count) { done in
      pread(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
    }
  }

  /// Writes bytes at an offset.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - descriptor: an opened file.
  ///   - offset: the position in the file.
  /// - Returns: the number of bytes written; fewer than given after an error, which is in `errno`.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int) -> Int {
    transfer(bytes.count) { done in
      pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
    }
  }

  private static func transfer(_ count: Int, _ step: (_ done: Int) -> Int) -> Int {
    var done = 0
    while done < count {
      let moved = step(done)
      if moved < 0, errno == EINTR { continue }
      guard moved > 0 else { break }
      done += moved
    }
    return done
  }
}
