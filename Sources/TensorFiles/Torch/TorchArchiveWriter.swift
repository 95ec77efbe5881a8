import PromptLensFiles
import PromptLensTensors

/// A writer of PyTorch's archives: of a state dict, which `torch.load(weights_only=True)` opens, or of a TorchScript module,
/// which `torch.jit.load` opens.
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
    let pickle = PickleWriter.stream(document(.orderedDictionary(state(entries))))
    try create(
      temporary, named: path, entries, records: [("data.pkl", pickle), ("byteorder", Array("little".utf8))], tensor)
  }

  /// Writes a TorchScript archive of a module that holds the tensors and has no methods.
  ///
  /// - Parameters:
  ///   - temporary: the file to write.
  ///   - path: its final name, for errors.
  ///   - name: the name of the module's class.
  ///   - entries: the tensors, each name once.
  ///   - tensor: makes a tensor, called once for each entry in order.
  /// - Throws: the same errors as ``create(_:named:_:document:tensor:)``.
  package static func createScript(
    _ temporary: String, named path: String, module name: String, _ entries: [SafeTensorsWriter.Entry],
    tensor: (SafeTensorsWriter.Entry) throws -> Tensor
  ) throws {
    let module = TorchScriptModule(name: name, tensors: state(entries))
    // No constants: an empty tuple.
    let constants: [UInt8] = [0x80, 2, UInt8(ascii: ")"), UInt8(ascii: ".")]
    try create(
      temporary, named: path, entries,
      records: [
        ("data.pkl", PickleWriter.stream(module.value)), ("code/__torch__.py", Array(module.code.utf8)),
        ("constants.pkl", constants),
      ], tensor)
  }

  private static func state(_ entries: [SafeTensorsWriter.Entry]) -> [(key: String, value: PickleWriter.Value)] {
    entries.enumerated().map { index, entry in
      (
        key: entry.name,
        value: PickleWriter.Value.tensor(storage: entry.dtype.torchStorage, key: index, shape: entry.shape)
      )
    }
  }

  private static func create(
    _ temporary: String, named path: String, _ entries: [SafeTensorsWriter.Entry],
    records: [(name: String, bytes: [UInt8])], _ tensor: (SafeTensorsWriter.Entry) throws -> Tensor
  ) throws {
    try OutputFile.create(temporary, named: path) { file in
      var archive = StoredZipWriter(file, path: path)
      for (name, bytes) in records { try archive.add("archive/\(name)", bytes) }
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
