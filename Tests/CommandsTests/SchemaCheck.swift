import PromptLensJSONDocuments

/// A comparison of JSON with a JSON Schema, for the keywords that the schemas use.
struct SchemaCheck {
  private let root: JSONNode

  /// Creates a comparison with a schema.
  init(_ schema: JSON) { root = JSONNode(source: "schema", value: schema) }

  /// Returns the places where a value differs from the schema.
  func faults(_ value: JSON, of source: String) -> [String] { faults(JSONNode(source: source, value: value), root) }

  private func faults(_ node: JSONNode, _ schema: JSONNode) -> [String] {
    if let reference = try? schema.optionalString("$ref") {
      guard let name = reference.split(separator: "/").last, let target = root["$defs"]?[String(name)] else {
        return ["\(reference) isn't defined"]
      }
      return faults(node, target)
    }
    if let constant = schema["const"] { return node.value == constant.value ? [] : ["\(node.path) is another"] }
    if let choices = try? schema["enum"]?.array() {
      return choices.contains { $0.value == node.value } ? [] : ["\(node.path) isn't a choice"]
    }
    if let any = try? schema["anyOf"]?.array() {
      let all = any.map { faults(node, $0) }
      return all.contains(where: \.isEmpty) ? [] : all.max { $0.count > $1.count } ?? ["\(node.path) is none of them"]
    }
    let names = (try? schema.array("type").map { try $0.string() }) ?? (try? schema.string("type")).map { [$0] } ?? []
    guard names.isEmpty || names.contains(where: { Self.isOf($0, node.value) }) else {
      return ["\(node.path) isn't of \(names)"]
    }
    switch node.value {
    case .array:
      guard let items = schema["items"], let elements = try? node.array() else { return [] }
      return elements.flatMap { faults($0, items) }
    case .object(let members):
      let required = (try? schema["required"]?.array().map { try $0.string() }) ?? []
      var found = required.filter { members[$0] == nil }.map { "\(node.path).\($0) is missing" }
      let properties = schema["properties"]
      let others = schema["additionalProperties"]
      for (key, value) in members {
        let member = JSONNode(source: node.source, path: "\(node.path).\(key)", value: value)
        if let property = properties?[key] {
          found += faults(member, property)
        } else if case .bool(let isOpen)? = others?.value {
          if !isOpen { found.append("\(node.path).\(key) isn't named") }
        } else if let others {
          found += faults(member, others)
        }
      }
      return found
    case .string(let text):
      guard let pattern = try? schema.optionalString("pattern"), pattern.contains("64") else { return [] }
      return text.utf8.count == 64 ? [] : ["\(node.path) isn't a hash"]
    case .number, .integer:
      guard schema["minimum"] != nil, let number = try? node.number() else { return [] }
      return (0...1).contains(number) ? [] : ["\(node.path) isn't from 0 to 1"]
    default: return []
    }
  }

  private static func isOf(_ type: String, _ value: JSON) -> Bool {
    switch (type, value) {
    case ("string", .string), ("integer", .integer), ("number", .number), ("number", .integer), ("boolean", .bool),
      ("array", .array), ("object", .object), ("null", .null):
      true
    default: false
    }
  }
}
