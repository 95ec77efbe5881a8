import PromptLensFiles
import PromptLensTensors

/// A writer of PyTorch's archives of a state dict, which `torch.load(weights_only=True)` opens.
///
/// The pickle stream comes first, then a record for each tensor, so that one tensor is in memory at a time.
package enum TorchArchiveWriter {
  /// Writes an archive under a temporary name.
  ///
  /// - Parameters:
  ///   - temporary: the file to write.
  ///   - path: its final name, for errors.
  ///   - entries: the tensors, each name once.
  ///   - document: makes the archive's value from the state dict; by default the state dict itself.
  ///   - tensor: makes a tensor, called once for each entry in order.
  /// - Throws: `FileError` when the file cannot be written, ``TensorFileError`` when it would have 4 GiB or more,
  ///   `TensorError` when a tensor differs from its entry, and the errors of `tensor`.
  package static func create(
    _ temporary: String, named path: String, _ entries: [SafeTensorsWriter.Entry],
    document: (PickleWriter.Value) -> PickleWriter.Value = { $0 }, tensor: (SafeTensorsWriter.Entry) throws -> Tensor
  ) throws {
    let state = entries.enumerated().map { index, entry in
      (
        key: entry.name,
        value: PickleWriter.Value.tensor(storage: entry.dtype.torchStorage, key: index, shape: entry.shape)
      )
    }
    let pickle = PickleWriter.stream(document(.orderedDictionary(state)))
    try OutputFile.create(temporary, named: path) { file in
      var archive = StoredZipWriter(file, path: path)
      try archive.add("archive/data.pkl", pickle)
      try archive.add("archive/byteorder", Array("little".utf8))
      for (index, entry) in entries.enumerated() {
        let tensor = try tensor(entry)
        guard tensor.shape.dimensions == entry.shape, tensor.dtype == entry.dtype else {
          throw TensorError.shapeMismatch(
            operation: "write", name: entry.name, expected: entry.shape, found: tensor.shape.dimensions)
        }
        try tensor.withBytes { try archive.add("archive/data/\(index)", $0) }
      }
      try archive.add("archive/version", Array("3\n".utf8))
      try archive.finish()
    }
  }
}

extension DType {
  /// PyTorch's class of a storage of such elements.
  fileprivate var torchStorage: String {
    switch self {
    case .float32: "FloatStorage"
    case .float16: "HalfStorage"
    case .bfloat16: "BFloat16Storage"
    }
  }
}
