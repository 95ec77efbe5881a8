import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Data that commands write and print")
struct SchemaTests {
  @Test("every document and every printed result has a schema that names all of its keys, and plain values")
  func documents() throws {
    try SmallStudy.with { folder in
      let outputs = try CommandOutputs(in: folder)
      var described: Set<String> = []
      for output in try outputs.json {
        let schema = try JSON(parsing: Array(outputs.print(["schema", output.schema]).utf8), source: output.schema)
        let faults = SchemaCheck(schema).faults(output.value, of: output.name)
        #expect(faults.isEmpty, "\(output.schema) of \(output.name): \(faults.prefix(5).joined(separator: "; "))")
        #expect(!SchemaCheck(schema).faults(.bool(true), of: output.name).isEmpty)
        let unplain = PlainValues.faults(output.value, named: output.freeKeys)
        #expect(unplain.isEmpty, "\(output.name): \(unplain.prefix(5).joined(separator: "; "))")
        described.insert(output.schema)
      }
      let missing = Set(DocumentSchema.all.map(\.name)).subtracting(described)
      #expect(missing.isEmpty, "no file was compared with \(missing.sorted())")
    }
  }

  @Test("every command's CSV is one table with one header of keys, and numbers in full precision")
  func tables() throws {
    try SmallStudy.with { folder in
      for (name, text) in try CommandOutputs(in: folder).tables() {
        let faults = PlainValues.faults(csv: text)
        #expect(faults.isEmpty, "\(name): \(faults.prefix(5).joined(separator: "; "))")
      }
    }
  }

  @Test("a schema has the settings of the table of fields")
  func settings() throws {
    let schema = try JSONNode(source: "run", value: #require(DocumentSchema.named("run")).json)
    let settings = try schema.node("properties").node("settings").node("properties").object()
    for field in RunField.all where field.name != "model" { #expect(settings[field.name] != nil, "\(field.name)") }
  }

  @Test("a task's schema has every axis of sweeps")
  func axes() throws {
    let schema = try JSONNode(source: "task", value: #require(DocumentSchema.named("task")).json)
    let members = try schema.node("properties").object()
    for axis in RunField.axes { #expect(members[axis.name] != nil, "\(axis.name)") }
  }

  @Test("an unknown document is wrong usage")
  func unknown() throws {
    #expect(try Executable.run(["schema", "thesis"]).status == 64)
  }
}
