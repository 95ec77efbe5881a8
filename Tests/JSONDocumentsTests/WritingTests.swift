import PromptLensJSONDocuments
import Testing

@Suite("Writing JSON")
struct WritingTests {
  @Test("plain text has no spaces and no escaped slash")
  func plain() {
    let value: JSON = ["path": "a/b \"é\"\n", "list": [1, 2.5, true, nil], "empty": [:]]
    #expect(value.serialized() == #"{"path":"a/b \"é\"\n","list":[1,2.5,true,null],"empty":{}}"#)
  }

  @Test("pretty text is indented by two spaces and reads back")
  func pretty() throws {
    let value: JSON = ["a": [1, ["b": "c"]]]
    let text = value.serialized(pretty: true)
    #expect(text.contains("\n  \"a\""))
    #expect(try JSON(parsing: Array(text.utf8), source: "t.json") == value)
  }

  @Test(
    "doubles have their shortest form, floats their own",
    arguments: [0.1, 1e-300, 1.0 / 3, Double.leastNonzeroMagnitude, 1e22, -0.0])
  func numbers(value: Double) throws {
    let text = JSON.number(value).serialized()
    #expect(text == value.description)
    #expect(try JSON(parsing: Array(text.utf8), source: "t.json") == .number(value))
    #expect(JSON(Float(0.1)).serialized() == "0.1")
  }

  @Test("NaN and infinity are written as null")
  func notFinite() {
    let values: JSON = [.number(.nan), .number(.infinity), JSON(Float.nan), JSON(-Float.infinity)]
    #expect(values.serialized() == "[null,null,null,null]")
  }

  @Test("setting a member keeps its position, nil removes it, and a later literal wins")
  func members() {
    var object = JSON.Object()
    object["a"] = 1
    object["b"] = 2
    object["a"] = 3
    #expect(JSON.object(object).serialized() == #"{"a":3,"b":2}"#)
    object["a"] = nil
    object["c"] = 4
    #expect(JSON.object(object).serialized() == #"{"b":2,"c":4}"#)
    #expect(object["c"] == 4 && object["a"] == nil)
  }

  @Test("strings with every ASCII character survive a round trip")
  func strings() throws {
    let all = String(String.UnicodeScalarView((0...0x7F).compactMap { Unicode.Scalar($0) })) + "é😀\u{2028}"
    let text = JSON.string(all).serialized()
    #expect(try JSON(parsing: Array(text.utf8), source: "t.json") == .string(all))
  }
}
