import Foundation
import Synchronization

/// A registry of the temporary names of unfinished output, so that Ctrl-C leaves none behind.
package enum UnfinishedOutput {
  private static let names = Mutex<Set<String>>([])

  /// Notes a temporary name after `first` made something there, if it did; no interruption comes between.
  static func begin(_ name: String, first: () -> Int32?) -> Int32? {
    names.withLock { names in
      let made = first()
      if made != nil { names.insert(name) }
      return made
    }
  }

  /// Makes or removes folders, which may be parts of unfinished output, without an interruption between; after one it does
  /// nothing.
  static func unlessInterrupted<Result>(_ body: () -> Result) -> Result { names.withLock { _ in body() } }

  /// Removes a temporary name from the registry after `last` renamed or removed it, without interruption between.
  static func end<Result>(_ name: String, last: () throws -> Result) rethrows -> Result {
    try names.withLock { names in
      defer { names.remove(name) }
      return try last()
    }
  }

  /// Installs a handler for interruption, termination, and a closed terminal: the process removes its unfinished output
  /// and then ends by the signal. It continues to ignore the signals that it was started to ignore (`nohup`, a shell's
  /// `&`).
  ///
  /// Call it before the process has other threads: they inherit that the signals wait for the one that is made here.
  package static func removeWhenInterrupted() {
    let heeded = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
    guard !heeded.isEmpty else { return }
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in heeded { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let waited = signals
    Thread.detachNewThread {
      var waited = waited
      var signal: Int32 = 0
      guard sigwait(&waited, &signal) == 0 else { return }
      names.withLock { names in
        for name in names { remove(name) }
        MadeFolders.removeEmpty()
        // Held until the end, so that nothing is renamed anymore.
        pthread_sigmask(SIG_UNBLOCK, &waited, nil)
        kill(getpid(), signal)
        pause()
      }
    }
  }

  /// Removes all unfinished output, before the process ends on its own account; nothing gets its final name afterward.
  package static func removeAll() {
    names.withLock { names in
      for name in names { remove(name) }
      names.removeAll()
    }
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    return sigaction(signal, nil, &action) == 0
      && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Removes a file or a folder into which other threads may still be writing.
  private static func remove(_ name: String) {
    let removed = "\(name).removed"
    for _ in 0..<20 {
      // Under another name first, so that further writing by other threads fails.
      rename(name, removed)
      try? FileManager.default.removeItem(atPath: removed)
      usleep(5000)
      guard FileManager.default.fileExists(atPath: name) || FileManager.default.fileExists(atPath: removed) else {
        return
      }
    }
  }
}
