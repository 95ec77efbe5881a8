import Foundation
import PromptLensFiles
import Synchronization

/// The standard streams: results go to standard output, everything else to standard error, and to a log where one is asked
/// for.
package enum Console {
  /// How much is said on standard error.
  package enum Loudness: Sendable {
    /// Warnings and errors.
    case quiet
    /// Notes and progress, too.
    case normal
    /// The beginning of every stage and the end of every epoch, too.
    case verbose
  }

  private struct State {
    var loudness = Loudness.normal
    var log: MessageLog?
  }

  private static let state = Mutex(State())

  /// How much is said on standard error.
  package static var loudness: Loudness { state.withLock { $0.loudness } }

  /// Sets what is said, and opens the log.
  ///
  /// - Parameters:
  ///   - loudness: how much is said.
  ///   - path: the log's file; nil for none.
  ///   - name: the executable's name, which begins the log with the arguments.
  /// - Throws: `FileError` when the log cannot be written.
  package static func configure(_ loudness: Loudness, log path: String?, of name: String) throws {
    let isOpen = state.withLock { state in
      state.loudness = loudness
      return state.log?.path == path
    }
    guard let path, !isOpen else { return }
    let log = try MessageLog(path)
    state.withLock { $0.log = log }
    log.write(([name] + ProcessInfo.processInfo.arguments.dropFirst()).joined(separator: " "))
  }

  /// Prints a text on standard output.
  ///
  /// - Throws: `FileError` when it cannot be written.
  package static func print(_ text: String) throws(FileError) { try StandardStream.output.write(text) }

  /// Prints a line on standard error, unless only warnings and errors are asked for.
  package static func note(_ line: String) {
    record(line)
    let isUrgent = ["warning:", "error:", "Error:"].contains { line.hasPrefix($0) }
    guard isUrgent || loudness != .quiet else { return }
    StandardStream.error.note("\(line)\n")
  }

  /// Says something that only --verbose and the log are for.
  package static func detail(_ line: String) {
    record(line)
    if loudness == .verbose { StandardStream.error.note("\(line)\n") }
  }

  private static func record(_ line: String) { state.withLock { $0.log }?.write(line) }
}

/// A file to which messages are added, a line each with its time.
final class MessageLog: Sendable {
  let path: String
  private let descriptor: Int32

  /// Opens the file, which is made if it doesn't exist.
  ///
  /// - Throws: `FileError` when it cannot be written.
  init(_ path: String) throws(FileError) {
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .writing(path, code: errno) }
    self.path = path
  }

  deinit { close(descriptor) }

  /// Adds a message; one that cannot be written is lost, as it would be on standard error.
  func write(_ text: String) {
    let time = Date.now.formatted(.iso8601)
    let bytes = Array("\(time) \(text)\n".utf8)
    // Lines of several processes don't mix, since a write to a file that is opened for adding is one step.
    _ = Foundation.write(descriptor, bytes, bytes.count)
  }
}
