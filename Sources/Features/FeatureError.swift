/// An error of a feature store or a shard.
///
/// Files that are missing or can't be written are a `FileError`, files that aren't HDF5 a `TensorFileError`.
package enum FeatureError: Error, Equatable, CustomStringConvertible {
  /// An invalid shard, or one that the environment doesn't determine.
  case badShard(text: String, reason: String)
  /// Shards that can't be merged.
  case badShards(reason: String)
  /// A feature store that differs from the request.
  case otherStore(path: String, differences: [String])
  /// A file that isn't a feature store, or a damaged one.
  case badStore(path: String, reason: String)
  /// A folder of embedded patches that is damaged.
  case badPatches(path: String, reason: String)

  /// A sentence with the location, the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .badShard(let text, let reason): "the shard \"\(text)\" isn't valid: \(reason)"
    case .badShards(let reason): "the shards can't be merged: \(reason)"
    case .otherStore(let path, let differences):
      "\(path): made with \(differences.joined(separator: ", and ")); give another --output, or remove \(path) first"
    case .badStore(let path, let reason): "\(path): this isn't an intact feature store: \(reason); extract it again"
    case .badPatches(let path, let reason):
      "\(path): these aren't intact patches: \(reason); remove the folder, and they are computed again"
    }
  }
}
