import PromptLensTensors

/// Learned tensors in f32 by their names, those of the methods' official code.
package struct PromptParameters: Sendable, Equatable {
  /// A tensor's shape and numbers.
  package struct Entry: Sendable, Equatable {
    /// The sizes of the axes.
    package let shape: [Int]
    /// The numbers in row-major order.
    package var values: [Float]

    /// Creates a tensor of zeros.
    package init(shape: [Int]) {
      self.shape = shape
      values = [Float](repeating: 0, count: shape.reduce(1, *))
    }

    /// Creates a tensor with a copy of another's numbers.
    package init(_ tensor: Tensor) {
      shape = tensor.shape.dimensions
      values = tensor.floats()
    }
  }

  private var entries: [String: Entry]

  /// Creates tensors of zeros.
  ///
  /// - Parameter shapes: the shape of each tensor by its name.
  package init(shapes: [String: [Int]]) { entries = shapes.mapValues { Entry(shape: $0) } }

  /// Creates parameters with copies of tensors.
  package init(_ tensors: [String: Tensor]) { entries = tensors.mapValues { Entry($0) } }

  /// The names in their order, in which numbers sort as numbers: layer 10 after layer 9.
  package var names: [String] { entries.keys.sorted { Self.precedes($0, $1) } }

  /// The shape of each tensor by its name.
  package var shapes: [String: [Int]] { entries.mapValues(\.shape) }

  /// The number of numbers in all tensors.
  package var count: Int { entries.values.reduce(0) { $0 + $1.values.count } }

  /// Whether no number is NaN or infinite.
  package var isFinite: Bool { entries.values.allSatisfy { $0.values.allSatisfy(\.isFinite) } }

  /// The numbers of a tensor; empty for a name that there isn't. Only a known name's can be set, to as many numbers.
  package subscript(name: String) -> [Float] {
    get { entries[name]?.values ?? [] }
    set {
      guard let entry = entries[name], entry.values.count == newValue.count else { return }
      entries[name]?.values = newValue
    }
  }

  /// Adds numbers times a factor to those of the same names.
  package mutating func add(_ other: PromptParameters, times factor: Float = 1) {
    for (name, entry) in other.entries {
      guard let count = entries[name]?.values.count, count == entry.values.count else { continue }
      for index in 0..<count { entries[name]?.values[index] += factor * entry.values[index] }
    }
  }

  /// Returns the tensors whose names pass a test.
  func filtered(_ isKept: (String) -> Bool) -> PromptParameters {
    var result = self
    result.entries = entries.filter { isKept($0.key) }
    return result
  }

  /// All numbers, one tensor after the other in the order of their names.
  package var numbers: [Float] { names.flatMap { self[$0] } }

  /// Returns tensors of the same names and shapes with other numbers.
  ///
  /// - Parameter numbers: the numbers in the order of ``numbers``, as many.
  /// - Returns: the tensors.
  package func with(_ numbers: [Float]) -> PromptParameters {
    var (result, start) = (self, 0)
    for name in names {
      let count = result[name].count
      result[name] = Array(numbers[min(start, numbers.count)..<min(start + count, numbers.count)])
      start += count
    }
    return result
  }

  /// Returns the tensors.
  ///
  /// - Throws: `TensorError`, which would be a bug in this program.
  package func tensors() throws(TensorError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, entry) in entries { tensors[name] = try Tensor(entry.values, shape: entry.shape, name: name) }
    return tensors
  }

  /// Returns whether a name stands before another: parts between dots that are numbers are compared as such.
  static func precedes(_ left: String, _ right: String) -> Bool {
    let (first, second) = (left.split(separator: "."), right.split(separator: "."))
    for (a, b) in zip(first, second) where a != b {
      if let a = Int(a), let b = Int(b) { return a < b }
      return a < b
    }
    return first.count < second.count
  }
}
