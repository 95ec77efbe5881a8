import PromptLensJSONDocuments

/// A JSON Schema of a document that this program writes, for programs that read it.
///
/// A schema names every key of this version and allows no others, but where keys are the user's names, a method's settings
/// or another file's attributes.
package struct DocumentSchema: Sendable {
  /// The name after `promptlens schema`.
  package let name: String
  /// The files or the output that the schema describes.
  package let files: String
  /// The document.
  let value: SchemaValue
  /// The values that others refer to by name.
  var definitions: Members = []

  /// The members of an object in a schema.
  typealias Members = [(key: String, value: SchemaValue)]

  /// Creates the schema of an object.
  init(name: String, files: String, required: Members, optional: Members = []) {
    self.init(name: name, files: files, value: .object(required, optional: optional))
  }

  /// Creates a schema.
  init(name: String, files: String, value: SchemaValue, definitions: Members = []) {
    self.name = name
    self.files = files
    self.value = value
    self.definitions = definitions
  }

  /// The schema as JSON, of draft 2020-12.
  package var json: JSON {
    guard case .object(var schema) = value.json else { return .null }
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = .string("promptlens \(name)")
    schema["description"] = .string(files)
    if !definitions.isEmpty { schema["$defs"] = .object(SchemaValue.members(definitions)) }
    return .object(schema)
  }

  /// Returns the schema with a name; nil for an unknown one.
  package static func named(_ name: String) -> DocumentSchema? { all.first { $0.name == name } }
}

/// The description of a value in a schema.
indirect enum SchemaValue: Sendable {
  case any
  case null
  case text
  case integer
  case number
  case boolean
  /// A number from 0 to 1.
  case share
  /// 64 hexadecimal digits.
  case sha256
  /// One text, such as a document's format.
  case constant(String)
  /// One of some texts.
  case choice([String])
  case list(SchemaValue)
  /// Nested arrays of numbers, of any depth.
  case numbers
  /// An object with these members and no others.
  case object([(key: String, value: SchemaValue)], optional: [(key: String, value: SchemaValue)] = [])
  /// An object with these members and any others.
  case open([(key: String, value: SchemaValue)], optional: [(key: String, value: SchemaValue)] = [])
  /// An object with values of one kind under any keys.
  case map(SchemaValue)
  /// An object with any members.
  case members
  /// A value or null.
  case nullable(SchemaValue)
  /// One of several kinds of values.
  case either([SchemaValue])
  /// A value of the schema's definitions.
  case reference(String)

  /// The schema of the value.
  var json: JSON {
    switch self {
    case .any: .object(JSON.Object())
    case .null: ["type": "null"]
    case .text: ["type": "string"]
    case .integer: ["type": "integer"]
    case .number: ["type": "number"]
    case .boolean: ["type": "boolean"]
    case .share: ["type": "number", "minimum": 0, "maximum": 1]
    case .sha256: ["type": "string", "pattern": "^[0-9a-f]{64}$"]
    case .constant(let text): ["const": .string(text)]
    case .choice(let texts): ["enum": .array(texts.map { .string($0) })]
    case .list(let value): ["type": "array", "items": value.json]
    case .numbers: ["type": "array", "items": ["type": ["number", "array"]]]
    case .map(let value): ["type": "object", "additionalProperties": value.json]
    case .members: ["type": "object"]
    case .nullable(let value): ["anyOf": [value.json, ["type": "null"]]]
    case .either(let values): ["anyOf": .array(values.map(\.json))]
    case .reference(let name): ["$ref": .string("#/$defs/\(name)")]
    case .object(let required, let optional): Self.object(required, optional, isOpen: false)
    case .open(let required, let optional): Self.object(required, optional, isOpen: true)
    }
  }

  private static func object(
    _ required: [(key: String, value: SchemaValue)], _ optional: [(key: String, value: SchemaValue)], isOpen: Bool
  ) -> JSON {
    [
      "type": "object", "properties": .object(members(required + optional)),
      "required": .array(required.map { .string($0.key) }), "additionalProperties": .bool(isOpen),
    ]
  }

  static func members(_ list: [(key: String, value: SchemaValue)]) -> JSON.Object {
    var members = JSON.Object()
    for (key, value) in list { members[key] = value.json }
    return members
  }
}
