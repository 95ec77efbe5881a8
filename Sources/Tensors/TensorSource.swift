/// Anything that holds tensors under names: a checkpoint, a model folder, a dictionary in a test.
package protocol TensorSource: Sendable {
  /// Where the tensors come from, for error messages: usually a path.
  var origin: String { get }
  /// The names of all tensors, sorted.
  var names: [String] { get }
  /// The shape and element type of a tensor, without reading it.
  ///
  /// - Throws: ``TensorError/missing(name:source:)`` when there is none of that name.
  func description(of name: String) throws -> TensorDescription
  /// A tensor.
  ///
  /// - Throws: ``TensorError/missing(name:source:)`` when there is none of that name, or what reading it throws.
  func tensor(_ name: String) throws -> Tensor
}

/// What is known of a tensor before it is read.
package struct TensorDescription: Sendable, Equatable {
  /// The sizes of the axes.
  package let shape: Shape
  /// The type of the stored elements.
  package let dtype: DType

  /// A description of a tensor of `shape` and `dtype`.
  package init(shape: Shape, dtype: DType) {
    self.shape = shape
    self.dtype = dtype
  }
}

/// Tensors held in memory.
package struct TensorDictionary: TensorSource {
  /// What the tensors are said to come from.
  package let origin: String
  private let tensors: [String: Tensor]

  /// Tensors under the names of the dictionary's keys.
  package init(_ tensors: [String: Tensor], origin: String) {
    self.tensors = tensors
    self.origin = origin
  }

  /// The names of all tensors, sorted.
  package var names: [String] { tensors.keys.sorted() }

  /// The shape and element type of a tensor.
  package func description(of name: String) throws -> TensorDescription {
    let tensor = try tensor(name)
    return TensorDescription(shape: tensor.shape, dtype: tensor.dtype)
  }

  /// The tensor of this name.
  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else { throw TensorError.missing(name: name, source: origin) }
    return tensor
  }
}
