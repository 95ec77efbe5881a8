import PromptLensCJSONC

extension JSON {
  /// Returns the value as JSON text.
  ///
  /// Doubles have the fewest digits that give them back. JSON doesn't have NaN or infinity: they are written as `null`,
  /// as JavaScript writes them. Slashes and characters beyond ASCII aren't escaped.
  ///
  /// - Parameter pretty: two spaces of indentation for each level; otherwise no white space at all.
  /// - Returns: the text, without a final newline.
  package func serialized(pretty: Bool = false) -> String {
    guard pretty else {
      // As json-c writes it, without a second tree in memory: a list of millions of images would take gigabytes.
      var bytes: [UInt8] = []
      appendPlain(to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    let root = jsonC()
    defer { json_object_put(root) }
    let layout = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
    var length = 0
    guard
      let text = json_object_to_json_string_length(root, Int32(layout) | Int32(JSON_C_TO_STRING_NOSLASHESCAPE), &length)
    else { return "null" }
    return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }

  /// Returns a new json-c value, owned by the caller; nil is JSON's null.
  private func jsonC() -> OpaquePointer? {
    switch self {
    case .null: return nil
    case .bool(let value): return json_object_new_boolean(value ? 1 : 0)
    case .integer(let value): return json_object_new_int64(value)
    case .number(let value): return value.isFinite ? json_object_new_double_s(value, value.description) : nil
    case .string(let value):
      var text = value
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { json_object_new_string_len($0.baseAddress, Int32($0.count)) }
      }
    case .array(let values):
      let array = json_object_new_array()
      for value in values { json_object_array_add(array, value.jsonC()) }
      return array
    case .object(let members):
      let object = json_object_new_object()
      for (key, value) in members { json_object_object_add(object, key, value.jsonC()) }
      return object
    }
  }

  /// Appends the value's text without white space.
  private func appendPlain(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: value.description.utf8)
    case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let value): Self.append(value, to: &bytes)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.appendPlain(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, (key, value)) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.append(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        value.appendPlain(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a string in quotes.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0C: bytes.append(contentsOf: "\\f".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0..<0x20: bytes.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
