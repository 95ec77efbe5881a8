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
    /// The value.
    package var value: String
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

  /// Adds a fact.
  package mutating func add(_ name: String, _ value: String) { facts.append(Fact(name: name, value: value)) }
}
