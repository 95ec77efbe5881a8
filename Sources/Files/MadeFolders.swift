import Foundation
import Synchronization

/// The folders that this process made, so that none of them stays behind empty after a failure.
package enum MadeFolders {
  private static let paths = Mutex<[String]>([])

  /// Notes a folder that was just made.
  static func add(_ path: String) { paths.withLock { $0.append(path) } }

  /// Removes those that are empty, the last made first; a folder with anything in it stays.
  package static func removeEmpty() {
    paths.withLock { paths in
      for path in paths.reversed() { rmdir(path) }
      paths.removeAll()
    }
  }
}
