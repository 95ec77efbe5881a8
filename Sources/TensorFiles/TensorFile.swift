import PromptLensFiles

/// A function for opening files of tensors by their contents.
package enum TensorFile {
  /// Opens a file of tensors, or an index of several files, by its first bytes.
  ///
  /// - Returns: the opened file, whose tensors aren't read yet; nil if its format is unknown.
  /// - Throws: `FileError` when the file is missing, and the errors of reading the format.
  package static func open(_ path: String) throws -> (any StoredTensors)? {
    if ShardedTensors.isIndex(path) {
      return try ShardedTensors(path: path) { shard in
        guard !ShardedTensors.isIndex(shard), let file = try open(shard) else {
          throw TensorFileError.unrecognized(path: shard, lookedFor: ["a safetensors file", "a PyTorch file"])
        }
        return file
      }
    }
    let file = try MappedFile(path: path, expected: "a file of weights")
    switch withExtendedLifetime(file, { FileKind(file.bytes, name: path) }) {
    case .hdf5: return try HDF5File(path: path)
    case .safeTensors: return try SafeTensorsFile(file)
    case .torch: return try TorchArchive(file)
    case .webPage: throw TensorFileError.webPage(path: path)
    case .numPy, .json, .other: return nil
    }
  }
}
