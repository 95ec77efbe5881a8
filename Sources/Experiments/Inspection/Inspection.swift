import PromptLensJSONDocuments

/// The description of a file or folder and of its contents.
package struct Inspection: Sendable, Equatable {
  /// The kind of file or folder: "PromptLens model folder", "context file", "HDF5 file" …
  package var kind: String
  /// The inspected path.
  package var path: String
  /// The facts, in the order of display.
  package var facts: [Fact] = []
  /// The tensors.
  package var tensors: [TensorEntry] = []

  /// A fact.
  package struct Fact: Sendable, Equatable {
    /// The subject, in lower case.
    package var name: String
    /// The value for readers.
    package var value: String
    /// The value for programs: numbers as numbers, Boolean values as such, lists as arrays.
    package var data: [(key: String, value: JSON)]
    /// The object of the data that ``data`` belongs to, for keys that the file itself chooses; empty for the facts.
    package var group = ""

    package static func == (left: Fact, right: Fact) -> Bool {
      left.name == right.name && left.value == right.value && left.group == right.group
        && left.data.map(\.key) == right.data.map(\.key) && left.data.map(\.value) == right.data.map(\.value)
    }
  }

  /// A tensor of the file.
  package struct TensorEntry: Sendable, Equatable {
    /// The name, or the path inside the file.
    package var name: String
    /// The sizes of the axes.
    package var shape: [Int]
    /// The type of the stored elements: `f32`, `f16`, `bf16`, or NumPy's name of any other.
    package var type: String
    /// The bytes that the elements take in memory.
    package var bytes: Int
  }

  /// Adds a fact that is text.
  package mutating func add(_ name: String, _ value: String) {
    add(name, value, data: [(Self.key(name), .string(value))])
  }

  /// Adds a whole number.
  package mutating func add(_ name: String, _ value: Int) {
    add(name, "\(value)", data: [(Self.key(name), JSON(value))])
  }

  /// Adds names, which readers see in one line.
  package mutating func add(_ name: String, _ values: [String]) {
    add(name, values.joined(separator: ", "), data: [(Self.key(name), .array(values.map { .string($0) }))])
  }

  /// Adds a value of a document.
  package mutating func add(_ name: String, _ value: JSON) {
    add(name, Self.text(value), data: [(Self.key(name), value)])
  }

  /// Adds a fact that programs get under other keys, or as other values, than readers.
  package mutating func add(_ name: String, _ value: String, data: [(key: String, value: JSON)]) {
    facts.append(Fact(name: name, value: value, data: data))
  }

  /// Adds a value under a name that the file itself chooses, as attributes and metadata have.
  package mutating func add(_ name: String, _ value: JSON, to group: String) {
    facts.append(Fact(name: name, value: Self.text(value), data: [(name, value)], group: group))
  }

  /// Returns a subject as a key.
  private static func key(_ name: String) -> String { name.lowercased().replacing(" ", with: "_") }

  private static func text(_ value: JSON) -> String {
    if case .string(let text) = value { return text }
    return value.serialized()
  }
}
