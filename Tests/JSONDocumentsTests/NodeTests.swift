import PromptLensFiles
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Reading JSON by key path")
struct NodeTests {
  private let root = JSONNode(
    source: "config.json",
    value: ["text_config": ["hidden_size": "64", "layers": [1, nil], "rate": 1.5, "none": nil, "on": true]])

  private func message(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test("an error names the file, the key path, the expected kind and the found one")
  func errors() throws {
    let text = try root.node("text_config")
    #expect(
      message { try text.integer("hidden_size") }
        == "config.json: text_config.hidden_size is a string, expected a whole number")
    #expect(
      message { try text.integer("heads") } == "config.json: text_config.heads is missing, expected a whole number")
    #expect(
      message { try text.integer("rate") } == "config.json: text_config.rate is 1.5, expected a whole number")
    #expect(
      message { try text.array("layers")[1].string() }
        == "config.json: text_config.layers[1] is null, expected a string")
    #expect(message { try text.string("none") } == "config.json: text_config.none is null, expected a string")
    let array = JSONNode(source: "a.json", value: [])
    #expect(message { try array.string("x") } == "a.json: the document is an array, expected an object")
  }

  @Test("optional members may be absent or null, but not of another kind")
  func optionals() throws {
    let text = try root.node("text_config")
    #expect(try text.optionalInteger("heads") == nil)
    #expect(try text.optionalString("none") == nil)
    #expect(try text.optionalNumber("rate") == 1.5)
    #expect(try text.optionalBool("on") == true)
    #expect(text["heads"] == nil)
    #expect(throws: JSONError.self) { try text.optionalInteger("hidden_size") }
  }

  @Test("a missing file is a file error, and so is one over the limit")
  func files() throws {
    #expect(throws: FileError.self) { try JSON(contentsOf: "/nowhere/x.json") }
    #expect(throws: FileError.self) { try JSON(contentsOf: #filePath, limit: 10) }
  }
}
