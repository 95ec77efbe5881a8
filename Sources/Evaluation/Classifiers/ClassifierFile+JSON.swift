import PromptLensJSONDocuments
import PromptLensTensors

extension ClassifierFile {
  /// The largest size in bytes of a classifier as JSON.
  static let jsonLimit = 512 << 20

  /// Members that aren't arrays, numbers or notes of a classifier.
  private static let named: Set = [
    "format", "format_version", "kind", "class_names", "class_identifiers", "model_fingerprint",
  ]

  /// Reads the JSON form.
  ///
  /// - Throws: `JSONError` naming the member that isn't one of a classifier.
  init(_ document: JSONNode) throws {
    let format = try document.node("format", expected: Self.format)
    guard try format.string() == Self.format else { throw format.unexpected(expected: Self.format) }
    if let version = document["format_version"], try version.integer() > Self.version {
      throw version.unexpected(expected: Self.newestVersion)
    }
    self.init(
      kind: try document.string("kind"), parts: [], settings: [],
      classNames: try document.array("class_names").map { try $0.string() },
      classIdentifiers: try document["class_identifiers"]?.array().map { try $0.string() },
      modelFingerprint: try document.optionalString("model_fingerprint"))
    for (name, value) in try document.object() where !Self.named.contains(name) {
      let node = JSONNode(source: document.source, path: name, value: value)
      switch value {
      case .array:
        var (numbers, shape) = ([Float](), [Int]())
        try Self.flatten(node, depth: 0, &numbers, &shape)
        parts.append((name, try Tensor(numbers, shape: shape, name: name)))
      case .integer, .number: settings.append((name, try node.number()))
      case .string(let text): notes.append((name, text))
      default: throw node.unexpected(expected: "an array, a number or a text")
      }
    }
  }

  /// Appends the numbers of nested arrays, which must have the same lengths at each depth.
  private static func flatten(
    _ node: JSONNode, depth: Int, _ numbers: inout [Float], _ shape: inout [Int]
  ) throws(JSONError) {
    guard case .array = node.value else {
      guard depth == shape.count else { throw node.unexpected(expected: "an array, as before") }
      return numbers.append(Float(try node.number()))
    }
    let elements = try node.array()
    if depth == shape.count {
      guard numbers.isEmpty, depth < 4 else { throw node.unexpected(expected: "a number, as before") }
      shape.append(elements.count)
    }
    guard elements.count == shape[depth] else {
      throw node.unexpected(expected: "\(shape[depth]) elements, as before", found: "\(elements.count)")
    }
    for element in elements { try flatten(element, depth: depth + 1, &numbers, &shape) }
  }
}
