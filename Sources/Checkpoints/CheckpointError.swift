/// An invalid checkpoint or model folder.
///
/// Faults of the tensor files themselves are a `TensorFileError`, files that are missing or cannot be written a
/// `FileError`, faults in JSON a `JSONError`, and weights that don't form a CLIP a `CLIPError`.
package enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// A path without a known layout.
  case unrecognized(path: String, lookedFor: [String])
  /// A missing part of the checkpoint.
  case missing(path: String, object: String, expected: String)
  /// An object of an unsupported kind.
  case unsupported(path: String, object: String, expected: String, found: String)
  /// A value that differs from the expected one.
  case unexpected(path: String, object: String, expected: String, found: String)
  /// Two files of a folder that prepare pictures differently, each with its preprocessing.
  case conflictingPreprocessing(folder: String, first: String, second: String)

  /// One sentence: the file, the object, the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .unrecognized(let path, let lookedFor):
      "\(path): this isn't a readable checkpoint; looked for \(lookedFor.joined(separator: ", "))"
    case .missing(let path, let object, let expected):
      "\(path): \(object) is missing, expected \(expected)"
    case .unsupported(let path, let object, let expected, let found),
      .unexpected(let path, let object, let expected, let found):
      "\(path): \(object) is \(found), expected \(expected)"
    case .conflictingPreprocessing(let folder, let first, let second):
      "\(folder): two files prepare pictures differently: \(first), and \(second); choose one with convert --preprocessing and its name"
    }
  }
}
