import PromptLensJSONDocuments

/// The grid's form as a JSON Schema, for editors; ``SweepGrid`` checks the same itself.
///
/// Source: https://json-schema.org/draft/2020-12/schema
package enum SweepSchema {
  /// The schema.
  package static var document: JSON {
    var properties = JSON.Object()
    for axis in RunField.axes {
      let value = schema(of: axis)
      properties[axis.name] = [
        "description": .string("\(axis.meaning): \(axis.expected); an array for several"),
        "anyOf": [value, ["type": "array", "items": value, "minItems": 1, "uniqueItems": true]],
      ]
    }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "promptlens sweep grid", "type": "object",
      "properties": .object(properties), "additionalProperties": false,
      "required": .array(RunField.axes.filter { $0.fallback == nil }.map { .string($0.name) }),
    ]
  }

  private static func schema(of axis: RunField.Setting) -> JSON {
    let type: String
    var members = JSON.Object()
    switch axis.kind {
    case .text, .written:
      type = "string"
      members["minLength"] = 1
    case .choice(let allowed):
      type = "string"
      members["enum"] = .array(allowed.map { .string($0) } + (axis.null == nil ? [] : [.null]))
    case .wholeNumber(let range):
      type = "integer"
      members["minimum"] = JSON(range.lowerBound)
      members["maximum"] = JSON(range.upperBound)
    case .positiveNumber:
      type = "number"
      members["exclusiveMinimum"] = 0
    case .truth: type = "boolean"
    }
    members["type"] = axis.null == nil ? .string(type) : [.string(type), "null"]
    return .object(members)
  }
}
