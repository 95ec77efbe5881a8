import Foundation

/// A file that is written or appended to one piece at a time, independent of memory.
///
/// A new file immediately has its name; use it with ``AtomicOutput``.
package final class OutputFile {
  private let descriptor: Int32
  private let name: String
  /// The number of bytes written so far.
  package private(set) var count = 0

  /// Creates a file, lets `body` write it, and closes it.
  ///
  /// - Parameters:
  ///   - path: the file; an existing one is replaced.
  ///   - name: the path to name in errors, since `path` may be a temporary one.
  ///   - body: writes the contents.
  /// - Returns: the value that `body` returns.
  /// - Throws: ``FileError`` when the file cannot be written, and the errors of `body`.
  package static func create<Result>(
    _ path: String, named name: String, _ body: (OutputFile) throws -> Result
  ) throws -> Result {
    try use(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666), name, body)
  }

  /// Opens an existing file, lets `body` append to it, and closes it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - body: writes the rest.
  /// - Throws: ``FileError`` when the file is missing or cannot be written, and the errors of `body`.
  package static func append(to path: String, _ body: (OutputFile) throws -> Void) throws {
    try use(open(path, O_WRONLY | O_APPEND | O_CLOEXEC), path, body)
  }

  /// Lets `body` write to an open file, and closes it.
  static func use<Result>(
    _ descriptor: Int32, _ name: String, _ body: (OutputFile) throws -> Result
  ) throws -> Result {
    guard descriptor >= 0 else { throw FileError.writing(name, code: errno) }
    let file = OutputFile(descriptor, name)
    let result: Result
    do {
      result = try body(file)
    } catch {
      close(descriptor)
      throw error
    }
    // A full disk may only be reported at the end.
    guard close(descriptor) == 0 else { throw FileError.writing(name, code: errno, needed: file.count) }
    return result
  }

  private init(_ descriptor: Int32, _ name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let written = Foundation.write(descriptor, base + done, bytes.count - done)
      guard written >= 0 || errno == EINTR else { throw .writing(name, code: errno, needed: count + bytes.count) }
      done += max(written, 0)
    }
    count += bytes.count
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try write(bytes) }
    }
    try result.get()
  }
}
