/// What a file or folder is, and what it holds.
package struct Inspection: Sendable, Equatable {
  /// What it is: "PromptLens model folder", "context file", "HDF5 file" …
  package var kind: String
  /// The path that was asked about.
  package var path: String
  /// What is known of it, in the order in which it is best read.
  package var facts: [Fact] = []
  /// The tensors that it holds.
  package var tensors: [TensorEntry] = []

  /// One thing that is known.
  package struct Fact: Sendable, Equatable {
    /// What it is about, in lower case.
    package var name: String
    /// What is known.
    package var value: String
  }

  /// One tensor.
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
