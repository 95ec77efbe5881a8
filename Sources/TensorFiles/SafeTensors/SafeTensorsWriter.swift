import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensors

/// A writer of a safetensors file: the header first, then one tensor after another, so that one is in memory at a time.
///
/// ```swift
/// let names = [SafeTensorsWriter.Entry(name: "ctx", shape: [16, 512], dtype: .float32)]
/// try SafeTensorsWriter.write(names, metadata: [("format", "pt")], to: "context.safetensors") { _ in context }
/// ```
///
/// Wide elements come before narrow ones and the data begin at a multiple of 64 bytes, so that every tensor is aligned.
/// Equal calls write equal bytes. Source: the format's description in the `safetensors` repository.
package enum SafeTensorsWriter {
  /// A tensor to write.
  package struct Entry: Sendable, Equatable {
    /// The name.
    package var name: String
    /// The sizes of the axes.
    package var shape: [Int]
    /// The type of the elements.
    package var dtype: DType

    /// Creates a tensor's name, shape and element type.
    package init(name: String, shape: [Int], dtype: DType) {
      self.name = name
      self.shape = shape
      self.dtype = dtype
    }
  }

  /// Writes a file, which appears only when it is complete.
  ///
  /// - Parameters:
  ///   - entries: the tensors, each name once.
  ///   - metadata: notes for readers; transformers wants `format` to be `pt`.
  ///   - path: the file; an existing one is replaced.
  ///   - tensor: makes a tensor, called once for each entry in the file's order.
  /// - Throws: `FileError` when the file cannot be written, `TensorError` when a tensor differs from its entry, and
  ///   the errors of `tensor`.
  package static func write(
    _ entries: [Entry], metadata: [(key: String, value: String)] = [], to path: String,
    tensor: (Entry) throws -> Tensor
  ) throws {
    try AtomicOutput.file(at: path) { try create($0, named: path, entries, metadata: metadata, tensor: tensor) }
  }

  /// Writes a file with its final name, for folders that `AtomicOutput` renames when they are complete.
  package static func create(
    _ temporary: String, named path: String, _ entries: [Entry], metadata: [(key: String, value: String)],
    tensor: (Entry) throws -> Tensor
  ) throws {
    let entries = entries.enumerated().sorted {
      ($1.element.dtype.byteWidth, $0.offset) < ($0.element.dtype.byteWidth, $1.offset)
    }.map(\.element)
    let header = try header(entries, metadata: metadata)
    try OutputFile.create(temporary, named: path) { file in
      try file.write(header)
      for entry in entries {
        let tensor = try tensor(entry)
        guard tensor.shape.dimensions == entry.shape, tensor.dtype == entry.dtype else {
          throw TensorError.shapeMismatch(
            operation: "write", name: entry.name, expected: entry.shape, found: tensor.shape.dimensions)
        }
        try tensor.withBytes { try file.write($0) }
      }
    }
  }

  private static func header(_ entries: [Entry], metadata: [(key: String, value: String)]) throws -> [UInt8] {
    var members = JSON.Object()
    if !metadata.isEmpty {
      var notes = JSON.Object()
      for (key, value) in metadata { notes[key] = .string(value) }
      members["__metadata__"] = .object(notes)
    }
    var offset = 0
    for entry in entries {
      let end = offset + (try Shape(entry.shape, name: entry.name).count) * entry.dtype.byteWidth
      members[entry.name] = [
        "dtype": .string(entry.dtype.safeTensorsName), "shape": .array(entry.shape.map { JSON($0) }),
        "data_offsets": [JSON(offset), JSON(end)],
      ]
      offset = end
    }
    var text = Array(JSON.object(members).serialized().utf8)
    // The format allows spaces after the header.
    while (text.count + 8) % Storage.alignment != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}

extension DType {
  /// The format's name.
  fileprivate var safeTensorsName: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    }
  }
}
