import PromptLensCJSONC
import PromptLensFiles

extension JSON {
  /// Parses one document strictly: RFC 8259 in UTF-8, one value and nothing after it, no key twice in an object, no
  /// lone surrogate, no NaN or infinity.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - source: the file's name, for errors.
  ///   - maximumDepth: how deep arrays and objects may nest; at most 512.
  /// - Throws: ``JSONError``, with the line and column of the first fault.
  package init(parsing bytes: UnsafeRawBufferPointer, source: String, maximumDepth: Int = 64) throws(JSONError) {
    self = try Parser(bytes: bytes, source: source, maximumDepth: min(max(maximumDepth, 1), 512)).parse()
  }

  /// Parses one document strictly, as for a raw buffer.
  package init(parsing bytes: [UInt8], source: String, maximumDepth: Int = 64) throws(JSONError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(JSONError) in try JSON(parsing: bytes, source: source, maximumDepth: maximumDepth) }
    }
    self = try result.get()
  }

  /// Reads and parses a file of at most `limit` bytes.
  ///
  /// - Throws: ``JSONError``; `FileError` when the file is missing, unreadable or too large.
  package init(contentsOf path: String, limit: Int = 64 << 20, maximumDepth: Int = 64) throws {
    let file = try MappedFile(path: path, expected: "a JSON file")
    guard file.count <= limit else { throw FileError.tooLarge(path: path, limit: limit, found: file.count) }
    self = try withExtendedLifetime(file) {
      try JSON(parsing: file.bytes, source: path, maximumDepth: maximumDepth)
    }
  }
}

/// A parser of one document with json-c, after a scan for faults that json-c accepts.
private struct Parser {
  let bytes: UnsafeRawBufferPointer
  let source: String
  let maximumDepth: Int

  /// The largest size of a document: json-c counts bytes in 32 bits, and a quarter of that leaves room for edits.
  static let limit = 512 << 20

  func parse() throws(JSONError) -> JSON {
    guard bytes.count <= Self.limit else {
      throw .tooLarge(source: source, limit: Self.limit, found: bytes.count)
    }
    if let invalid = firstInvalidUTF8() { throw syntax(at: invalid, "text that is not UTF-8") }
    let scan: LexicalScan
    do { scan = try LexicalScan(bytes, maximumDepth: maximumDepth) } catch {
      throw syntax(at: error.position, error.reason)
    }
    guard let tokener = json_tokener_new_ex(Int32(maximumDepth + 1)) else {
      throw syntax(at: 0, "json-c has no memory to parse with")
    }
    defer { json_tokener_free(tokener) }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT)
    let text = terminated(after: scan.edits)
    let root = text.withUnsafeBufferPointer { json_tokener_parse_ex(tokener, $0.baseAddress, Int32($0.count)) }
    defer { json_object_put(root) }
    let failure = json_tokener_get_error(tokener)
    guard failure == json_tokener_success else {
      let end = min(Int(json_tokener_get_parse_end(tokener)), bytes.count)
      if end == bytes.count || failure == json_tokener_continue { throw syntax(at: end, "the text ends too early") }
      throw syntax(at: end, String(cString: json_tokener_error_desc(failure)))
    }
    var counts = scan.memberCounts[...]
    return try convert(root, path: "", memberCounts: &counts)
  }

  /// Returns the text after the scan's edits, with the NUL that marks its end for json-c.
  private func terminated(after edits: [(range: Range<Int>, bytes: [UInt8])]) -> [CChar] {
    var text: [CChar] = []
    text.reserveCapacity(bytes.count + 2 * edits.count + 1)
    func append(_ bytes: some Sequence<UInt8>) { text.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) }) }
    var start = 0
    for edit in edits {
      append(bytes[start..<edit.range.lowerBound])
      append(edit.bytes)
      start = edit.range.upperBound
    }
    append(bytes[start...])
    text.append(0)
    return text
  }

  /// Returns the Swift form of a json-c value. `memberCounts` says how many members the scan saw in the objects not yet
  /// converted, in order: fewer in json-c's object means that a key stood twice.
  private func convert(
    _ value: OpaquePointer?, path: String, memberCounts: inout ArraySlice<Int>
  ) throws(JSONError) -> JSON {
    switch json_object_get_type(value) {
    case json_type_boolean: return .bool(json_object_get_boolean(value) != 0)
    case json_type_int: return .integer(json_object_get_int64(value))
    case json_type_double:
      let number = json_object_get_double(value)
      guard number.isFinite else {
        throw .unexpected(
          source: source, path: path, expected: "a number within a double's range", found: "a larger number")
      }
      return .number(number)
    case json_type_string: return .string(string(of: value))
    case json_type_array:
      let count = json_object_array_length(value)
      var array: [JSON] = []
      array.reserveCapacity(count)
      for index in 0..<count {
        array.append(
          try convert(
            json_object_array_get_idx(value, index), path: "\(path)[\(index)]", memberCounts: &memberCounts))
      }
      return .array(array)
    case json_type_object:
      let written = memberCounts.popFirst() ?? 0
      guard Int(json_object_object_length(value)) == written else {
        throw .unexpected(
          source: source, path: path, expected: "an object with each key once", found: "an object with a key twice")
      }
      var object = Object()
      object.reserveCapacity(written)
      let end = json_object_iter_end(value)
      var offset = json_object_iter_begin(value)
      while withUnsafePointer(to: end, { json_object_iter_equal(&offset, $0) }) == 0 {
        let key = String(cString: json_object_iter_peek_name(&offset))
        let member = json_object_iter_peek_value(&offset)
        json_object_iter_next(&offset)
        object[key] = try convert(
          member, path: path.isEmpty ? key : "\(path).\(key)", memberCounts: &memberCounts)
      }
      return .object(object)
    default: return .null
    }
  }

  private func string(of value: OpaquePointer?) -> String {
    let count = Int(json_object_get_string_len(value))
    guard count > 0, let start = json_object_get_string(value) else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  private typealias Object = JSON.Object

  // MARK: Positions

  private func firstInvalidUTF8() -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var position = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { position += UTF8.width(scalar) }
    return position
  }

  private func syntax(at position: Int, _ reason: String) -> JSONError {
    let before = bytes[..<min(position, bytes.count)]
    let newline = UInt8(ascii: "\n")
    let line = before.count { $0 == newline } + 1
    let column = before.count - (before.lastIndex(of: newline).map { $0 + 1 } ?? 0) + 1
    return .syntax(source: source, line: line, column: column, reason: reason)
  }
}
