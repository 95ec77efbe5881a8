/// A value of a document together with its key path, so that an error can name the file and the key path.
///
/// ```swift
/// let root = try JSONNode(contentsOf: "config.json")
/// let width = try root.node("text_config").integer("hidden_size")
/// // config.json: text_config.hidden_size is a string, expected a whole number
/// ```
package struct JSONNode: Sendable {
  /// The file's name.
  package let source: String
  /// The dotted key path from the document's root; empty for the root itself.
  package let path: String
  /// The value.
  package let value: JSON

  /// Creates a node at a path of a document.
  package init(source: String, path: String = "", value: JSON) {
    self.source = source
    self.path = path
    self.value = value
  }

  /// Creates the root of a file of at most `limit` bytes.
  package init(contentsOf path: String, limit: Int = 64 << 20) throws {
    self.init(source: path, value: try JSON(contentsOf: path, limit: limit))
  }

  /// Returns an error that states the expected and the found value; `found` describes this value when nil.
  package func unexpected(expected: String, found: String? = nil) -> JSONError {
    .unexpected(source: source, path: path, expected: expected, found: found ?? value.kind)
  }
}

// MARK: - Members

extension JSONNode {
  /// Returns the member under a key, or nil when it is absent, is null, or this isn't an object.
  package subscript(key: String) -> JSONNode? {
    guard case .object(let members) = value, let member = members[key], member != .null else { return nil }
    return child(key, member)
  }

  /// Returns the member under a key, which must be present and not null.
  package func node(_ key: String, expected: String = "a value") throws(JSONError) -> JSONNode {
    guard case .object(let members) = value else { throw unexpected(expected: "an object") }
    guard let member = members[key] else {
      throw .missing(source: source, path: child(key, .null).path, expected: expected)
    }
    guard member != .null else { throw child(key, member).unexpected(expected: expected) }
    return child(key, member)
  }

  private func child(_ key: String, _ member: JSON) -> JSONNode {
    JSONNode(source: source, path: path.isEmpty ? key : "\(path).\(key)", value: member)
  }
}

// MARK: - This value

extension JSONNode {
  /// Returns this value as a whole number.
  package func integer() throws(JSONError) -> Int {
    guard case .integer(let integer) = value else {
      if case .number(let number) = value { throw unexpected(expected: "a whole number", found: "\(number)") }
      throw unexpected(expected: "a whole number")
    }
    return Int(integer)
  }

  /// Returns this value as a number, whole or not.
  package func number() throws(JSONError) -> Double {
    switch value {
    case .integer(let integer): return Double(integer)
    case .number(let number): return number
    default: throw unexpected(expected: "a number")
    }
  }

  /// Returns this value as a number between 0 and 1: a share, an accuracy or a probability.
  package func share() throws(JSONError) -> Double {
    let number = try number()
    // An average of ones may be rounded above one.
    guard number >= -1e-9, number <= 1 + 1e-9 else {
      throw unexpected(expected: "a number from 0 to 1", found: "\(number)")
    }
    return number
  }

  /// Returns this value as a string.
  package func string() throws(JSONError) -> String {
    guard case .string(let string) = value else { throw unexpected(expected: "a string") }
    return string
  }

  /// Returns this value as a boolean.
  package func bool() throws(JSONError) -> Bool {
    guard case .bool(let bool) = value else { throw unexpected(expected: "a boolean") }
    return bool
  }

  /// Returns this value's elements.
  package func array() throws(JSONError) -> [JSONNode] {
    guard case .array(let elements) = value else { throw unexpected(expected: "an array") }
    return elements.enumerated().map { JSONNode(source: source, path: "\(path)[\($0.offset)]", value: $0.element) }
  }

  /// Returns this value's members.
  package func object() throws(JSONError) -> JSON.Object {
    guard case .object(let members) = value else { throw unexpected(expected: "an object") }
    return members
  }
}

// MARK: - Members of a kind

extension JSONNode {
  /// Returns the whole number under a key.
  package func integer(_ key: String) throws(JSONError) -> Int {
    try node(key, expected: "a whole number").integer()
  }
  /// Returns the number under a key.
  package func number(_ key: String) throws(JSONError) -> Double { try node(key, expected: "a number").number() }
  /// Returns the number between 0 and 1 under a key.
  package func share(_ key: String) throws(JSONError) -> Double {
    try node(key, expected: "a number from 0 to 1").share()
  }
  /// Returns the string under a key.
  package func string(_ key: String) throws(JSONError) -> String { try node(key, expected: "a string").string() }
  /// Returns the boolean under a key.
  package func bool(_ key: String) throws(JSONError) -> Bool { try node(key, expected: "a boolean").bool() }
  /// Returns the elements of the array under a key.
  package func array(_ key: String) throws(JSONError) -> [JSONNode] { try node(key, expected: "an array").array() }
  /// Returns the elements of the array of numbers under a key.
  package func numbers(_ key: String) throws -> [Double] { try array(key).map { try $0.number() } }
  /// Returns the members of the object under a key.
  package func object(_ key: String) throws(JSONError) -> JSON.Object {
    try node(key, expected: "an object").object()
  }

  /// Returns the whole number under a key, or nil when the key is absent or null.
  package func optionalInteger(_ key: String) throws(JSONError) -> Int? { try optional(key)?.integer() }
  /// Returns the number under a key, or nil when the key is absent or null.
  package func optionalNumber(_ key: String) throws(JSONError) -> Double? { try optional(key)?.number() }
  /// Returns the number between 0 and 1 under a key, or nil when the key is absent or null.
  package func optionalShare(_ key: String) throws(JSONError) -> Double? { try optional(key)?.share() }
  /// Returns the string under a key, or nil when the key is absent or null.
  package func optionalString(_ key: String) throws(JSONError) -> String? { try optional(key)?.string() }
  /// Returns the boolean under a key, or nil when the key is absent or null.
  package func optionalBool(_ key: String) throws(JSONError) -> Bool? { try optional(key)?.bool() }

  /// Returns the member under a key, or nil when it is absent or null; throws an error if this value isn't an object.
  private func optional(_ key: String) throws(JSONError) -> JSONNode? {
    _ = try object()
    return self[key]
  }
}
