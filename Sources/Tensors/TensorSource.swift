/// A collection of tensors under names: a checkpoint, a model folder, a dictionary in a test.
package protocol TensorSource: Sendable {
  /// The origin of the tensors, for error messages: usually a path.
  var origin: String { get }
  /// The names of all tensors, sorted.
  var names: [String] { get }
  /// Returns the shape and element type of a tensor, without reading it.
  ///
  /// - Throws: ``TensorError/missing(name:source:)`` when the name is unknown.
  func description(of name: String) throws -> TensorDescription
  /// Returns a tensor.
  ///
  /// - Throws: ``TensorError/missing(name:source:)`` when the name is unknown, or the error of reading it.
  func tensor(_ name: String) throws -> Tensor
}

/// The shape and the element type of a tensor, known before it is read.
package struct TensorDescription: Sendable, Equatable {
  /// The sizes of the axes.
  package let shape: Shape
  /// The type of the stored elements.
  package let dtype: DType

  /// Creates a description of a tensor of `shape` and `dtype`.
  package init(shape: Shape, dtype: DType) {
    self.shape = shape
    self.dtype = dtype
  }
}

/// Tensors held in memory.
package struct TensorDictionary: TensorSource {
  /// The origin of the tensors, for error messages.
  package let origin: String
  private let tensors: [String: Tensor]

  /// Creates a source of tensors under the names of the dictionary's keys.
  package init(_ tensors: [String: Tensor], origin: String) {
    self.tensors = tensors
    self.origin = origin
  }

  /// The names of all tensors, sorted.
  package var names: [String] { tensors.keys.sorted() }

  /// Returns the shape and element type of a tensor.
  package func description(of name: String) throws -> TensorDescription {
    let tensor = try tensor(name)
    return TensorDescription(shape: tensor.shape, dtype: tensor.dtype)
  }

  /// Returns the tensor of this name.
  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else { throw TensorError.missing(name: name, source: origin) }
    return tensor
  }
}
