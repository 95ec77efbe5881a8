import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTensors

/// A safetensors file: a JSON header with the position of each tensor, and the tensors one after another.
///
/// Source: the format's description in the `safetensors` repository. Like its own reader, this one only accepts a file
/// whose tensors cover the data without gaps or overlaps.
package final class SafeTensorsFile: Sendable {
  /// The path of the file.
  package let path: String
  /// The tensors, sorted by name.
  package let tensors: [Entry]
  /// The writer's notes, by key.
  package let metadata: [(key: String, value: String)]
  private let mapped: MappedFile
  private let storage: Storage
  private let indices: [String: Int]

  /// The position of a tensor in the file.
  package struct Entry: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The sizes of the axes.
    package let shape: [Int]
    /// The type of the elements.
    package let element: ElementType
    /// The offset of the first element in the file, in bytes.
    package let byteOffset: Int
    /// The number of bytes.
    package let byteCount: Int
  }

  /// The maximum size of the header in bytes; a thousand tensors take 100 KB.
  static let headerLimit = 16 << 20

  /// Opens a file and checks its whole header.
  ///
  /// - Throws: `FileError` when the file is missing, `JSONError` when the header isn't JSON, ``TensorFileError`` when
  ///   it doesn't describe the data that follow.
  package convenience init(path: String) throws {
    try self.init(MappedFile(path: path, expected: "a safetensors file"))
  }

  /// Reads a mapped file.
  package init(_ file: MappedFile) throws {
    path = file.path
    mapped = file
    storage = Storage(file)
    (tensors, metadata) = try withExtendedLifetime(file) { try Self.read(file.bytes, path: file.path) }
    indices = Dictionary(tensors.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
  }

  /// Returns a Boolean value that indicates whether bytes begin like a safetensors file: a valid length, and a brace.
  static func looksLikeSafeTensors(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 10 else { return false }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    return length >= 2 && length <= UInt64(bytes.count - 8) && bytes[8] == UInt8(ascii: "{")
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws -> (tensors: [Entry], metadata: [(key: String, value: String)]) {
    func unexpected(_ object: String, _ expected: String, _ found: String) -> TensorFileError {
      .unexpected(path: path, object: object, expected: expected, found: found)
    }
    guard bytes.count >= 8 else {
      throw unexpected("the safetensors file", "8 bytes and a header", "\(bytes.count) bytes long")
    }
    let declared = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let limit = min(headerLimit, bytes.count - 8)
    guard let length = Int(exactly: declared), length <= limit else {
      throw unexpected("the length of the safetensors header", "at most \(limit)", "\(declared)")
    }
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw unexpected("the safetensors header", "a JSON object", "without an opening brace")
    }
    let header = JSONNode(
      source: path,
      value: try JSON(
        parsing: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length]), source: path, maximumDepth: 8))
    let dataCount = bytes.count - 8 - length

    var tensors: [Entry] = []
    var metadata: [(key: String, value: String)] = []
    let members = try header.object()
    for (name, value) in members {
      let node = JSONNode(source: path, path: name, value: value)
      if name == "__metadata__" {
        for (key, note) in try node.object() {
          metadata.append((key, try JSONNode(source: path, path: "\(name).\(key)", value: note).string()))
        }
        continue
      }
      let type = try node.string("dtype")
      guard let element = ElementType(safeTensors: type) else {
        throw try node.node("dtype").unexpected(
          expected: "one of \(ElementType.safeTensorsNames.map(\.name).joined(separator: ", "))", found: type)
      }
      let shape = try node.array("shape").map { try $0.integer() }
      let offsets = try node.array("data_offsets").map { try $0.integer() }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= dataCount else {
        throw unexpected("data_offsets of \(name)", "a begin and an end within \(dataCount) bytes", "\(offsets)")
      }
      guard shape.count <= 64, let elements = try? Shape(shape) else {
        throw unexpected("the shape of \(name)", "up to 64 sizes whose product fits 63 bits", "\(shape)")
      }
      let (size, overflow) = elements.count.multipliedReportingOverflow(by: element.byteWidth)
      guard !overflow, size == offsets[1] - offsets[0] else {
        throw unexpected(
          "data_offsets of \(name)", "as many bytes as \(shape) elements of \(type) take",
          "\(offsets[1] - offsets[0]) bytes apart")
      }
      tensors.append(
        Entry(name: name, shape: shape, element: element, byteOffset: 8 + length + offsets[0], byteCount: size))
    }
    var end = 8 + length
    for tensor in tensors.sorted(by: { ($0.byteOffset, $0.byteCount) < ($1.byteOffset, $1.byteCount) }) {
      guard tensor.byteOffset == end else {
        throw unexpected(
          "the offset of \(tensor.name)", "byte \(end), where the tensor before it ends", "byte \(tensor.byteOffset)")
      }
      end += tensor.byteCount
    }
    guard end == bytes.count else {
      throw unexpected("the file's end", "byte \(end), where the last tensor ends", "byte \(bytes.count)")
    }
    return (tensors.sorted { $0.name < $1.name }, metadata)
  }
}

extension SafeTensorsFile: StoredTensors {
  package var container: TensorContainer { .safeTensors }
  package var paths: [String] { [path] }
  package var storedNames: [String] { tensors.map(\.name) }

  package func stored(_ name: String) -> StoredTensor? {
    indices[name].map {
      let tensor = tensors[$0]
      return StoredTensor(
        shape: tensor.shape, dtype: tensor.element.dtype, type: tensor.element.rawValue, byteCount: tensor.byteCount)
    }
  }

  /// Returns a tensor of floats, mapped if it is aligned.
  ///
  /// - Throws: ``TensorFileError`` when the tensor is missing or its elements aren't floats.
  package func tensor(_ name: String) throws -> Tensor {
    guard let index = indices[name] else {
      throw TensorFileError.missing(path: path, object: name, expected: "a tensor of floats")
    }
    let tensor = tensors[index]
    return try StridedElements(
      storage: storage, byteOffset: tensor.byteOffset, shape: tensor.shape, strides: nil, element: tensor.element
    ).tensor(path: path, name: name)
  }

  package func releasePages() { mapped.releasePages() }
}

extension ElementType {
  /// The format's names.
  static let safeTensorsNames: [(name: String, element: ElementType)] = [
    ("F64", .float64), ("F32", .float32), ("F16", .float16), ("BF16", .bfloat16), ("I64", .int64), ("I32", .int32),
    ("I16", .int16), ("I8", .int8), ("U64", .uint64), ("U32", .uint32), ("U16", .uint16), ("U8", .uint8),
    ("BOOL", .bool), ("C64", .complex64), ("F8_E4M3", .float8E4M3), ("F8_E5M2", .float8E5M2),
    ("F8_E8M0", .float8E8M0),
  ]

  /// Creates the element type from the format's name.
  init?(safeTensors name: String) {
    guard let found = Self.safeTensorsNames.first(where: { $0.name == name }) else { return nil }
    self = found.element
  }
}
