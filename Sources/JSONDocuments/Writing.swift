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
    let root = jsonC()
    defer { json_object_put(root) }
    let layout = pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN
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
}
