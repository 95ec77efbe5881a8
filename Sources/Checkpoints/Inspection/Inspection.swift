/// What a file or folder is, and what it holds.
public struct Inspection: Sendable, Equatable {
  /// What it is: "PromptLens model folder", "context file", "HDF5 file" …
  public var kind: String
  /// The path that was asked about.
  public var path: String
  /// What is known of it, in the order in which it is best read.
  public var facts: [Fact] = []
  /// The tensors that it holds.
  public var tensors: [TensorEntry] = []

  /// One thing that is known.
  public struct Fact: Sendable, Equatable {
    /// What it is about, in lower case.
    public var name: String
    /// What is known.
    public var value: String
  }

  /// One tensor.
  public struct TensorEntry: Sendable, Equatable {
    /// The name, or the path inside the file.
    public var name: String
    /// The sizes of the axes.
    public var shape: [Int]
    /// The type of the stored elements: `f32`, `f16`, `bf16`, or NumPy's name of any other.
    public var type: String
    /// The bytes that the elements take in memory.
    public var bytes: Int
  }

  /// Adds a fact.
  mutating func add(_ name: String, _ value: String) { facts.append(Fact(name: name, value: value)) }
}
