import Synchronization

/// The messages that libhdf5 gave for the last error of a file, of which an error's sentence has only the innermost.
package enum LibraryMessages {
  private struct Kept {
    var reason = ""
    var lines: [String] = []
  }

  private static let last = Mutex(Kept())

  /// Keeps messages in the place of the last ones.
  ///
  /// - Parameters:
  ///   - lines: from the innermost outward.
  ///   - reason: what an error says of them.
  static func keep(_ lines: [String], reason: String) {
    last.withLock { $0 = Kept(reason: reason, lines: lines) }
  }

  /// Returns the messages behind an error's sentence; empty unless it quotes the last of them.
  package static func behind(_ sentence: String) -> [String] {
    last.withLock { kept in !kept.reason.isEmpty && sentence.contains(kept.reason) ? kept.lines : [] }
  }
}
