import PromptLensJSONDocuments

/// A JSON Schema of a document that this program writes, for programs that read it.
///
/// Keys may be added in later versions, so a schema allows others than it names.
package struct DocumentSchema: Sendable {
  /// The name after `promptlens schema`.
  package let name: String
  /// The files that the schema describes.
  package let files: String
  /// The members that are always there, in the order in which they are written.
  let required: Members
  /// The members that may be missing.
  let optional: Members

  /// The schema as JSON, of draft 2020-12.
  package var json: JSON {
    guard case .object(var schema) = SchemaValue.object(required, optional: optional).json else { return .null }
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = .string("promptlens \(name)")
    schema["description"] = .string(files)
    return .object(schema)
  }

  /// Returns the schema with a name; nil for an unknown one.
  package static func named(_ name: String) -> DocumentSchema? { all.first { $0.name == name } }
}

/// The description of a value in a schema.
indirect enum SchemaValue: Sendable {
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
  case object([(key: String, value: SchemaValue)], optional: [(key: String, value: SchemaValue)] = [])
  /// An object with values of one kind under any keys.
  case map(SchemaValue)
  /// An object with any members.
  case members
  /// A value or null.
  case nullable(SchemaValue)

  /// The schema of the value.
  var json: JSON {
    switch self {
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
    case .object(let required, let optional):
      [
        "type": "object", "properties": .object(Self.members(required + optional)),
        "required": .array(required.map { .string($0.key) }),
      ]
    }
  }

  private static func members(_ list: [(key: String, value: SchemaValue)]) -> JSON.Object {
    var members = JSON.Object()
    for (key, value) in list { members[key] = value.json }
    return members
  }
}
