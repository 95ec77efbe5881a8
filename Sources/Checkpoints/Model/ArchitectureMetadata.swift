import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTensorFiles

/// An architecture as text in a safetensors file's metadata: the attributes of a model file, as a JSON object.
///
/// The shapes of tensors determine neither heads nor activation, ε and preprocessing, so a file without this text can't be
/// read back as the same model.
enum ArchitectureMetadata {
  /// The key in the metadata.
  static let key = "configuration"

  /// Returns the text of an architecture.
  static func text(_ configuration: CLIPConfiguration) -> String {
    var members = JSON.Object()
    for (name, value) in ArchitectureAttributes.list(configuration) { members[name] = value.json }
    return JSON.object(members).serialized()
  }

  /// Reads the architecture in a file's metadata; nil if there is none.
  ///
  /// - Throws: `JSONError` or `TensorFileError` when the text is damaged, `CLIPError` when the architecture is
  ///   impossible.
  static func read(_ file: any StoredTensors) throws -> CLIPConfiguration? {
    guard let note = file.metadata.last(where: { $0.key == key }) else { return nil }
    let source = "\(file.path), metadata \(key)"
    let root = JSONNode(source: source, value: try JSON(parsing: Array(note.value.utf8), source: source))
    var values: [String: HDF5Value] = [:]
    for (name, value) in try root.object() {
      values[name] = try HDF5Value(JSONNode(source: source, path: name, value: value))
    }
    return try ArchitectureAttributes.read(HDF5Attributes(path: file.path, values: values))
  }
}

extension HDF5Value {
  /// The value as JSON.
  fileprivate var json: JSON {
    switch self {
    case .string(let text): .string(text)
    case .strings(let texts): .array(texts.map { .string($0) })
    case .integer(let value): JSON(value)
    case .integers(let values): .array(values.map { JSON($0) })
    case .number(let value): .number(value)
    case .numbers(let values): .numbers(values)
    case .bool(let value): .bool(value)
    }
  }

  /// Creates the value of JSON that ``json`` wrote.
  fileprivate init(_ node: JSONNode) throws {
    switch node.value {
    case .string(let text): self = .string(text)
    case .integer(let value): self = .integer(Int(value))
    case .number(let value): self = .number(value)
    case .bool(let value): self = .bool(value)
    case .array(let elements):
      if elements.allSatisfy({ if case .integer = $0 { true } else { false } }) {
        self = .integers(try node.array().map { try $0.integer() })
      } else if elements.allSatisfy({ if case .string = $0 { true } else { false } }) {
        self = .strings(try node.array().map { try $0.string() })
      } else {
        self = .numbers(try node.array().map { try $0.number() })
      }
    default: throw node.unexpected(expected: "text or numbers, one or a list of them")
    }
  }
}
