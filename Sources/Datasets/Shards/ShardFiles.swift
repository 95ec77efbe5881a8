import Foundation
import PromptLensFiles
import Synchronization

/// The shards that images were read from last, so that an archive's headers are read once.
final class ShardFiles: Sendable {
  static let shared = ShardFiles()

  /// The largest number of open shards, as many as the readers ahead of the tower need: unpacked ones take disk space.
  private static let limit = 8

  private struct Opened {
    let path: String
    let shard: ShardArchive
    let places: [String: Int]
  }

  private let opened = Mutex<[Opened]>([])

  /// Returns an entry of a shard; nil when it has no such entry.
  ///
  /// - Throws: the errors of opening the shard.
  func entry(_ name: String, of path: String) throws -> (shard: ShardArchive, entry: ShardArchive.Entry)? {
    let found = try opened.withLock { opened -> Opened in
      if let place = opened.firstIndex(where: { $0.path == path }) {
        let known = opened.remove(at: place)
        opened.append(known)
        return known
      }
      // Held meanwhile: other readers wait for the same shard.
      let shard = try ShardArchive(path)
      let places = Dictionary(shard.entries.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
      let new = Opened(path: path, shard: shard, places: places)
      opened.append(new)
      if opened.count > Self.limit { opened.removeFirst() }
      return new
    }
    return found.places[name].map { (found.shard, found.shard.entries[$0]) }
  }
}
