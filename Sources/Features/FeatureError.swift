/// An error about a feature store or a shard of one.
///
/// Files that are missing or can't be written are a `FileError`, files that aren't HDF5 a `TensorFileError`.
package enum FeatureError: Error, Equatable, CustomStringConvertible {
  /// A shard isn't one of its number, or can't be told from the environment.
  case badShard(text: String, reason: String)
  /// Shards don't make a whole.
  case badShards(reason: String)
  /// A feature store holds something other than what is asked for.
  case otherStore(path: String, differences: [String])
  /// A file isn't a feature store, or is a damaged one.
  case badStore(path: String, reason: String)

  /// One sentence: where, what was expected, what was found, the way out.
  package var description: String {
    switch self {
    case .badShard(let text, let reason): "the shard \"\(text)\" isn't valid: \(reason)"
    case .badShards(let reason): "the shards make no whole: \(reason)"
    case .otherStore(let path, let differences):
      "\(path): made with \(differences.joined(separator: ", and ")); give another --output, or remove \(path) first"
    case .badStore(let path, let reason): "\(path): this isn't an intact feature store: \(reason); extract it again"
    }
  }
}
