import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Schemas of documents")
struct SchemaTests {
  @Test("each schema describes what the commands write")
  func documents() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let run = try SmallStudy.train(folder, output: "run")
      let context = try SmallStudy.train(
        folder, output: "conditional", ["--method", "cocoop", "--init", "the cat"])
      func call(_ arguments: [String]) throws -> String {
        let outcome = try Executable.run(arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
      }
      _ = try call(["export", context, "--as", "json", "--output", "\(folder)/context.json"])
      _ = try call(["export", run, "--as", "npy", "--output", "\(folder)/context.npy"])
      _ = try call(["classifier", run, "--output", "\(folder)/weights.json"])
      _ = try call(["classifier", run, "--layout", "open-clip", "--output", "\(folder)/head.npy"])
      let embedded = try call(["embed", "--model", model, "--text", "a cat", "--format", "json"])
      let inspected = try call(["inspect", model, "--tensors", "--format", "json"])
      try Data(embedded.utf8).write(to: URL(fileURLWithPath: "\(folder)/embed.json"))
      try Data(inspected.utf8).write(to: URL(fileURLWithPath: "\(folder)/inspect.json"))
      let files = [
        ("run", "\(run)/run.json"), ("result", "\(run)/result.json"), ("predictions", "\(run)/predictions.json"),
        ("context", "\(folder)/context.json"), ("array", "\(folder)/context.npy.json"),
        ("classifier", "\(folder)/weights.json"), ("array", "\(folder)/head.npy.json"),
        ("manifest", "\(model)/manifest.json"), ("golden", "\(model)/golden.json"), ("embed", "\(folder)/embed.json"),
        ("inspect", "\(folder)/inspect.json"),
      ]
      for (name, file) in files {
        let schema = try JSON(parsing: Array(call(["schema", name]).utf8), source: name)
        let faults = Self.faults(
          JSONNode(source: file, value: try JSON(contentsOf: file)), JSONNode(source: name, value: schema))
        #expect(faults.isEmpty, "\(name): \(faults.prefix(5).joined(separator: "; "))")
        #expect(!Self.faults(JSONNode(source: file, value: [1]), JSONNode(source: name, value: schema)).isEmpty)
      }
      let unknown = try Executable.run(["schema", "thesis"])
      #expect(unknown.status == 64)
    }
  }

  /// Returns the places where a value differs from a schema, of the keywords that the schemas use, and the members that no
  /// schema names.
  private static func faults(_ node: JSONNode, _ schema: JSONNode) -> [String] {
    if let constant = schema["const"] { return node.value == constant.value ? [] : ["\(node.path) is another"] }
    if let choices = try? schema["enum"]?.array() {
      return choices.contains { $0.value == node.value } ? [] : ["\(node.path) isn't a choice"]
    }
    if let any = try? schema["anyOf"]?.array() {
      return any.contains { faults(node, $0).isEmpty } ? [] : ["\(node.path) is none of them"]
    }
    let names = (try? schema.array("type").map { try $0.string() }) ?? [(try? schema.string("type")) ?? ""]
    guard names.contains(where: { isOf($0, node.value) }) else { return ["\(node.path) isn't of \(names)"] }
    switch node.value {
    case .array:
      guard let items = schema["items"], let elements = try? node.array() else { return [] }
      return elements.flatMap { faults($0, items) }
    case .object(let members):
      let required = (try? schema["required"]?.array().map { try $0.string() }) ?? []
      var found = required.filter { members[$0] == nil }.map { "\(node.path).\($0) is missing" }
      let properties = schema["properties"]
      for (key, value) in members {
        let member = JSONNode(source: node.source, path: "\(node.path).\(key)", value: value)
        if let property = properties?[key] {
          found += faults(member, property)
        } else if let other = schema["additionalProperties"] {
          found += faults(member, other)
        } else if properties != nil, node.path.isEmpty {
          found.append("\(key) isn't named")
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
