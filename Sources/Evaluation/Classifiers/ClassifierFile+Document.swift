import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors

// The JSON document of a classifier, whole or without its arrays.

extension ClassifierFile {
  private static let reserved: Set = [
    "format", "format_version", "kind", "class_names", "class_identifiers", "model_fingerprint",
  ]

  /// The document without arrays.
  var attributes: JSON.Object {
    var root = JSON.Object()
    root["format"] = .string(Self.format)
    root["format_version"] = JSON(Self.version)
    root["kind"] = .string(kind)
    root["class_names"] = .array(classNames.map { .string($0) })
    if let classIdentifiers { root["class_identifiers"] = .array(classIdentifiers.map { .string($0) }) }
    root["model_fingerprint"] = modelFingerprint.map { .string($0) } ?? .null
    for (name, text) in notes { root[name] = Self.json(name, text) }
    for (name, value) in settings { root[name] = Self.json(name, value) }
    return root
  }

  /// Returns a setting's value: a Boolean value or a number.
  package static func json(_ name: String, _ value: Double) -> JSON {
    booleans.contains(name) ? .bool(value != 0) : .number(value)
  }

  /// Returns a note's value: a number or text.
  package static func json(_ name: String, _ text: String) -> JSON {
    guard numbers.contains(name) else { return .string(text) }
    return Int(text).map { JSON($0) } ?? Double(text).map { .number($0) } ?? .string(text)
  }

  /// The document with arrays.
  var json: JSON {
    var root = attributes
    for (name, tensor) in parts { root[name] = Self.nested(tensor.floats(), tensor.shape.dimensions[...]) }
    return .object(root)
  }

  private static func nested(_ floats: [Float], _ dimensions: ArraySlice<Int>) -> JSON {
    guard let count = dimensions.first, dimensions.count > 1 else { return .array(floats.map { JSON($0) }) }
    let size = floats.count / max(count, 1)
    return .array(
      (0..<count).map { nested(Array(floats[$0 * size..<($0 + 1) * size]), dimensions.dropFirst()) })
  }

  /// Returns a Boolean value that indicates whether JSON is a classifier's document.
  static func isDocument(_ root: JSONNode) -> Bool { (try? root.optionalString("format")) == format }

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - root: the document.
  ///   - given: the arrays, where the document lacks them.
  /// - Throws: `JSONError` when it is damaged or of a newer version; `TensorError` for an array of unequal rows.
  init(_ root: JSONNode, parts given: [(name: String, tensor: Tensor)] = []) throws {
    let found = try root.string("format")
    guard found == Self.format else { throw try root.node("format").unexpected(expected: Self.format, found: found) }
    if let version = try root.optionalInteger("format_version"), version > Self.version {
      throw try root.node("format_version").unexpected(
        expected: "at most \(Self.version), the newest that this version of promptlens reads", found: "\(version)")
    }
    var parts = given
    var settings: [(name: String, value: Double)] = []
    var notes: [(name: String, text: String)] = []
    for (name, value) in try root.object() where !Self.reserved.contains(name) {
      let node = JSONNode(source: root.source, path: name, value: value)
      switch value {
      case .integer where Self.numbers.contains(name), .number where Self.numbers.contains(name):
        notes.append((name, value.serialized()))
      case .integer, .number: settings.append((name, try node.number()))
      case .bool(let value): settings.append((name, value ? 1 : 0))
      case .string(let text): notes.append((name, text))
      case .array: parts.append((name, try Self.tensor(node)))
      default: throw node.unexpected(expected: "a number, true or false, text or an array of numbers")
      }
    }
    self.init(
      kind: try root.string("kind"), parts: parts, settings: settings,
      classNames: try root.array("class_names").map { try $0.string() },
      classIdentifiers: try root["class_identifiers"]?.array().map { try $0.string() },
      modelFingerprint: try root.optionalString("model_fingerprint"), notes: notes)
  }

  private static func tensor(_ node: JSONNode) throws -> Tensor {
    let rows = try node.array()
    guard case .array? = rows.first?.value else {
      return try Tensor(rows.map { Float(try $0.number()) }, shape: [rows.count], name: node.path)
    }
    let numbers = try rows.map { try $0.array().map { Float(try $0.number()) } }
    let width = numbers[0].count
    if let index = numbers.firstIndex(where: { $0.count != width }) {
      throw rows[index].unexpected(expected: "an array of \(width)", found: "an array of \(numbers[index].count)")
    }
    return try Tensor(numbers.flatMap(\.self), shape: [numbers.count, width], name: node.path)
  }
}
