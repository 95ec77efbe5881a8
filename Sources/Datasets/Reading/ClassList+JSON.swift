import PromptLensJSONDocuments

extension ClassList {
  /// Members of larger documents that hold a class list: Hugging Face's configurations, split files.
  private static let members = ["id2label", "class_names", "classnames", "classes", "names"]

  /// Reads a JSON document: names, or folders or numbers and names.
  static func readings(of document: JSONNode) throws -> [Reading] {
    switch document.value {
    case .array: return [.places(try document.array().map { try name($0) })]
    case .object(let object):
      if let member = members.lazy.compactMap({ document[$0] }).first, object.count > 1 {
        return try readings(of: member)
      }
      return try readings(of: document, object)
    default: throw document.unexpected(expected: "an array of class names, or an object")
    }
  }

  private static func readings(of document: JSONNode, _ object: JSON.Object) throws -> [Reading] {
    let entries = object.map { key, value in
      (key: key, node: JSONNode(source: document.source, path: key, value: value))
    }
    guard let first = entries.first else { throw document.unexpected(expected: "class names", found: "empty") }
    if case .integer = first.node.value {
      // Names with their numbers.
      let numbers = try entries.map { try $0.node.integer() }
      return [.places(try inOrder(numbers, of: entries.map { promptName($0.key) }, document))]
    }
    let pairs = try entries.map { entry -> Pair in
      guard case .array = entry.node.value else { return Pair(folder: entry.key, name: try name(entry.node)) }
      // Keras: the number, the WordNet id and the name.
      let parts = try entry.node.array()
      guard parts.count == 2 else {
        throw entry.node.unexpected(expected: "a WordNet id and a class name", found: "an array of \(parts.count)")
      }
      return Pair(folder: try parts[0].string(), name: try name(parts[1]))
    }
    let numbers = entries.compactMap { Int($0.key) }
    guard numbers.count == entries.count else { return [.folders(pairs, isCertain: true)] }
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    let ordered = order.map { pairs[$0] }
    guard let least = numbers.min(), least == 0 || least == 1, numbers.max() == least + numbers.count - 1 else {
      return [.folders(ordered, isCertain: true)]
    }
    return [.folders(ordered, isCertain: false), .places(ordered.map(\.name))]
  }

  /// Returns names by their numbers, which must be 0 to n - 1, or 1 to n.
  private static func inOrder(_ numbers: [Int], of names: [String], _ document: JSONNode) throws -> [String] {
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    let least = order.first.map { numbers[$0] } ?? 0
    guard least == 0 || least == 1, order.enumerated().allSatisfy({ numbers[$0.element] == least + $0.offset }) else {
      throw document.unexpected(
        expected: "each number from 0 to \(numbers.count - 1) once", found: "with other numbers")
    }
    return order.map { names[$0] }
  }

  private static func name(_ node: JSONNode) throws -> String {
    let name = promptName(try node.string())
    guard !name.isEmpty else { throw node.unexpected(expected: "a class name", found: "empty") }
    return name
  }
}
