/// The attributes of a file's root, read with expected types.
///
/// Another container may store the same attributes as text; see ``init(path:values:)``.
package struct HDF5Attributes: Sendable {
  /// The path of the file, for errors.
  package let path: String
  private let names: @Sendable () throws -> [String]
  private let stored: @Sendable (String) throws -> HDF5Value?

  /// Creates the attributes of an HDF5 file.
  init(file: HDF5File) {
    path = file.path
    names = { try file.attributeNames() }
    stored = { try file.attribute($0) }
  }

  /// Creates attributes from values that were read from another container.
  package init(path: String, values: [String: HDF5Value]) {
    self.path = path
    names = { values.keys.sorted() }
    stored = { values[$0] }
  }

  /// Returns an attribute of any kind; nil if there is none of that name.
  ///
  /// - Throws: ``TensorFileError`` when it cannot be read.
  package func value(_ name: String) throws -> HDF5Value? { try stored(name) }

  /// Returns a text.
  ///
  /// - Throws: ``TensorFileError`` when it is missing or isn't text.
  package func string(_ name: String) throws -> String {
    guard let value = try optionalString(name) else { throw missing(name, "text") }
    return value
  }

  /// Returns a text; nil if there is no attribute of that name.
  ///
  /// - Throws: ``TensorFileError`` when it isn't text.
  package func optionalString(_ name: String) throws -> String? {
    guard let value = try stored(name) else { return nil }
    guard case .string(let text) = value else { throw wrongKind(name, "text") }
    return text
  }

  /// Returns all texts and whole numbers as text, by name; without other numbers and lists.
  ///
  /// - Throws: ``TensorFileError`` when an attribute cannot be read.
  package func texts() throws -> [String: String] {
    var texts: [String: String] = [:]
    for name in try names() {
      switch try stored(name) {
      case .string(let text): texts[name] = text
      case .integer(let number): texts[name] = "\(number)"
      default: break
      }
    }
    return texts
  }

  package func integer(_ name: String) throws -> Int {
    guard case .integer(let value) = try require(name, "a whole number") else {
      throw wrongKind(name, "a whole number")
    }
    return value
  }

  package func integers(_ name: String) throws -> [Int] {
    guard case .integers(let value) = try require(name, "whole numbers") else { throw wrongKind(name, "whole numbers") }
    return value
  }

  package func number(_ name: String) throws -> Double {
    guard case .number(let value) = try require(name, "a number") else { throw wrongKind(name, "a number") }
    return value
  }

  package func numbers(_ name: String) throws -> [Double] {
    guard case .numbers(let value) = try require(name, "numbers") else { throw wrongKind(name, "numbers") }
    return value
  }

  package func unexpected(_ name: String, _ expected: String, _ found: String) -> TensorFileError {
    .unexpected(path: path, object: "the attribute \(name)", expected: expected, found: found)
  }

  private func wrongKind(_ name: String, _ expected: String) -> TensorFileError {
    unexpected(name, expected, "of another kind")
  }

  private func missing(_ name: String, _ expected: String) -> TensorFileError {
    .missing(path: path, object: "the attribute \(name)", expected: expected)
  }

  private func require(_ name: String, _ expected: String) throws -> HDF5Value {
    guard let value = try stored(name) else { throw missing(name, expected) }
    return value
  }
}

extension HDF5File {
  /// The attributes of the root.
  package var attributes: HDF5Attributes { HDF5Attributes(file: self) }
}
