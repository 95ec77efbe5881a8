/// A document that one command writes and another reads, with its encoding and decoding.
///
/// The file states its format (`format`) and version (`format_version`); keys are snake_case. A document of a
/// newer version is an error by name. Documents of older versions are brought up to date by ``upgrade(_:from:)`` before
/// they are decoded.
package protocol JSONDocument: Sendable {
  /// The name of this kind of document in files, such as `promptlens-run`.
  static var format: String { get }
  /// The current version.
  static var version: Int { get }

  /// Encodes the members, without `format` and `format_version`.
  func encode() -> JSON.Object

  /// Decodes the members.
  ///
  /// - Throws: `JSONError` naming the key that is missing or of another kind.
  init(decoding document: JSONNode) throws

  /// Upgrades a document of an older version.
  ///
  /// - Parameters:
  ///   - document: the document as read.
  ///   - version: its version; 0 without one.
  /// - Returns: the document in ``version``.
  /// - Throws: `JSONError` when the old document cannot be understood.
  static func upgrade(_ document: JSON, from version: Int) throws -> JSON
}

extension JSONDocument {
  /// The document with `format` and `format_version` first.
  package var json: JSON {
    var object = JSON.Object()
    object["format"] = .string(Self.format)
    object["format_version"] = JSON(Self.version)
    for (name, value) in encode() { object[name] = value }
    return .object(object)
  }

  /// The text of the file.
  package var text: String { json.serialized(pretty: true) + "\n" }

  /// Returns the document unchanged, the default for older documents.
  package static func upgrade(_ document: JSON, from version: Int) throws -> JSON { document }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: the maximum size in bytes.
  /// - Throws: `FileError`, and ``JSONError`` when the file is damaged, of another format or of a newer version.
  package init(contentsOf path: String, limit: Int = 256 << 20) throws {
    try self.init(JSONNode(contentsOf: path, limit: limit))
  }

  /// Reads a document after checking its format and version.
  ///
  /// - Throws: ``JSONError`` when it is of another format or of a newer version, or lacks a member.
  package init(_ root: JSONNode) throws {
    if let format = try root.optionalString("format"), format != Self.format {
      throw JSONError.unexpected(source: root.source, path: "format", expected: Self.format, found: format)
    }
    let version = try root.formatVersion(atMost: Self.version)
    let current = version < Self.version ? try Self.upgrade(root.value, from: version) : root.value
    try self.init(decoding: JSONNode(source: root.source, value: current))
  }
}

extension JSONNode {
  /// Returns the version that a document states, 0 when it states none.
  ///
  /// - Parameter newest: the newest version that can be read.
  /// - Returns: the version.
  /// - Throws: ``JSONError`` when the document is of a newer one.
  package func formatVersion(atMost newest: Int) throws -> Int {
    // Before version 2 of runs the key was camelCase.
    let version = try optionalInteger("format_version") ?? optionalInteger("formatVersion") ?? 0
    guard version <= newest else {
      throw JSONError.unexpected(
        source: source, path: "format_version",
        expected: "at most \(newest), the newest that this version of promptlens reads", found: "\(version)")
    }
    return version
  }
}

extension JSON.Object {
  /// The members under snake_case keys: `contextLength` as `context_length`. Values don't change.
  package var withSnakeCaseKeys: JSON.Object {
    var renamed = JSON.Object()
    for (name, value) in self { renamed[name.snakeCase] = value }
    return renamed
  }
}

extension String {
  /// The name in snake_case: `contextLength` as `context_length`.
  package var snakeCase: String {
    reduce(into: "") { text, character in
      if character.isUppercase { text += "_" }
      text += character.lowercased()
    }
  }
}
