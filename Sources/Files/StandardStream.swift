import Foundation

/// Standard output and standard error, which may be closed, full, or a pipe that nobody reads.
///
/// Foundation's file handles end the process by a trap in these cases.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Prepares the process: a write to a pipe without a reader and a file beyond its size limit are errors instead of
  /// signals, and a closed stream stays one that cannot be written to, where the next file to be opened would take its
  /// number.
  ///
  /// Call it before anything is opened.
  package static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is the closed one's. Opened for reading, output to it fails as it should.
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes a text.
  ///
  /// - Throws: ``FileError/closedPipe(path:)`` when the reader has gone; ``FileError`` for a full disk or a closed
  ///   stream.
  package func write(_ text: String) throws(FileError) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        Foundation.write(rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0, errno == EAGAIN {
        var ready = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
        continue
      }
      guard count >= 0 || errno == EINTR else { throw .writing(name, code: errno) }
      done += max(count, 0)
    }
  }

  /// Writes progress or a note, which is lost where the stream cannot take it: work goes on without an audience.
  package func note(_ text: String) { try? write(text) }

  private var name: String { self == .output ? "standard output" : "standard error" }
}
