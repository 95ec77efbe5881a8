import PromptLensJSONDocuments

/// The grid's form as a JSON Schema, for editors; ``SweepGrid`` checks the same itself.
///
/// Source: https://json-schema.org/draft/2020-12/schema
enum SweepSchema {
  static var document: JSON {
    var properties = JSON.Object()
    for field in SweepField.all {
      let value = schema(of: field)
      properties[field.name] = [
        "description": .string("\(field.meaning): \(field.expected); an array for several"),
        "anyOf": [value, ["type": "array", "items": value, "minItems": 1, "uniqueItems": true]],
      ]
    }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "promptlens sweep grid", "type": "object",
      "properties": .object(properties), "additionalProperties": false,
      "required": .array(SweepField.all.filter { $0.fallback == nil }.map { .string($0.name) }),
    ]
  }

  private static func schema(of field: SweepField) -> JSON {
    let type: String
    var members = JSON.Object()
    switch field.kind {
    case .text, .written:
      type = "string"
      members["minLength"] = 1
    case .choice(let allowed):
      type = "string"
      members["enum"] = .array(allowed.map { .string($0) } + (field.null == nil ? [] : [.null]))
    case .wholeNumber(let range):
      type = "integer"
      members["minimum"] = JSON(range.lowerBound)
      members["maximum"] = JSON(range.upperBound)
    case .positiveNumber:
      type = "number"
      members["exclusiveMinimum"] = 0
    case .truth: type = "boolean"
    }
    members["type"] = field.null == nil ? .string(type) : [.string(type), "null"]
    return .object(members)
  }
}
