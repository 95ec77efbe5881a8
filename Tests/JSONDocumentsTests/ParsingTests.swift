import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("Parsing JSON")
struct ParsingTests {
  private func parse(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), source: "t.json") }

  @Test("every kind of value is read, and members keep their order")
  func kinds() throws {
    let document = try parse(
      #"{"b": [1, -2.5, 1e2, "é\n\u00e9\ud83d\ude00"], "a": {"n": null, "t": true, "f": false}}"#)
    #expect(
      document == [
        "b": [1, -2.5, 100.0, "é\né😀"], "a": ["n": nil, "t": true, "f": false],
      ])
    guard case .object(let members) = document else {
      Issue.record("no object")
      return
    }
    #expect(members.keys == ["b", "a"])
  }

  @Test("a top-level number, string or literal is a document", arguments: ["7", "\"x\"", "null", " true ", "[]", "{}"])
  func scalars(text: String) throws { #expect(throws: Never.self) { try parse(text) } }

  @Test(
    "text outside the grammar is rejected",
    arguments: [
      "", " ", "{", "[1,]", "{\"a\":1,}", "[1 2]", "1 2", "{} x", "[1]]", "nul", "NaN", "[NaN]", "-Infinity", "01", "-",
      "1.", ".5", "1e", "+1", "'a'", "{a:1}", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "\"abc", "/* c */ 1", "{\"a\" 1}",
      "[1}", "{\"a\":1 \"b\":2}", "1e999", "\"\\ud800\"", "\"\\ude00\\ud83d\"", "{\"\\u0000\": 1}", "True", "tru",
      "{\"a\": 1, \"b\": 2, \"a\": 3}", "[{\"a\": {}, \"\\u0061\": {\"c\": 1}}]", "\u{FEFF}{}", "[,1]", "{:1}",
      "{\"a\":}", "0x10", "1\u{0}", ":", ",", "[1:2]",
    ])
  func refused(text: String) { #expect(throws: JSONError.self) { try parse(text) } }

  @Test("text that isn't UTF-8 is rejected with its line and column")
  func notUTF8() {
    let error = JSONError.syntax(source: "t.json", line: 2, column: 2, reason: "text that is not UTF-8")
    #expect(throws: error) {
      try JSON(parsing: Array("[1,\n\"".utf8) + [0xFF] + Array("\"]".utf8), source: "t.json")
    }
  }

  @Test("nesting to the limit is read and one level more is rejected", arguments: ["[", "{\"a\":"])
  func depth(open: String) {
    let close = open == "[" ? "]" : "}"
    func nested(_ depth: Int) -> String {
      String(repeating: open, count: depth - 1) + "[]" + String(repeating: close, count: depth - 1)
    }
    #expect(throws: Never.self) { try parse(nested(64)) }
    #expect(throws: JSONError.self) { try parse(nested(65)) }
    #expect(throws: JSONError.self) { try parse(String(repeating: open, count: 100_000)) }
  }

  @Test("whole numbers keep 64 bits, longer ones become doubles")
  func numbers() throws {
    #expect(try parse("[9223372036854775807]") == [9_223_372_036_854_775_807])
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try parse("[1000000000000000019884624838656, 2]") == [.number(1e30), 2])
    #expect(throws: JSONError.self) { try parse(String(repeating: "9", count: 5000)) }
  }

  @Test("strings compare by code points")
  func exactStrings() throws {
    #expect(JSON.string("\u{e9}") != .string("e\u{301}"))
    let document = try parse("{\"\u{e9}\": 1, \"e\u{301}\": 2}")
    #expect(try JSONNode(source: "t.json", value: document).integer("e\u{301}") == 2)
  }

  @Test("escaped surrogate pairs are their characters, also those that json-c mistakes", arguments: [0x1D800, 0x1F600])
  func surrogatePairs(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let units = Array(String(scalar).utf16).map { "\\u" + String($0, radix: 16) }.joined()
    #expect(try parse("[\"a\(units)b\", 1]") == [.string("a\(scalar)b"), 1])
  }

  @Test("a string value may hold a NUL")
  func nul() throws { #expect(try parse("\"a\\u0000b\"") == .string("a\u{0}b")) }

  @Test("damaged documents are rejected or read, and never trap")
  func damage() {
    let text = Array(#"{"a": [1, 2.5e3, "x\u00e9\ud83d\ude00"], "b": {"c": null, "d": true}}"#.utf8)
    for index in text.indices {
      _ = try? JSON(parsing: Array(text[..<index]), source: "t.json")
      for byte in UInt8.min...UInt8.max {
        var damaged = text
        damaged[index] = byte
        _ = try? JSON(parsing: damaged, source: "t.json")
      }
    }
  }

  @Test("the damaged configurations of the fixtures are rejected", .enabled(if: Shared.available))
  func fixtures() {
    for name in ["truncated", "deep", "eps-nan"] {
      let path = Shared.path("fixtures/bad/hf-config/\(name).config.json")
      #expect(throws: JSONError.self) { try JSON(contentsOf: path) }
    }
  }
}
