import PromptLensCMemory
import PromptLensTensors

/// One or several files of named tensors, whose names layouts map to CLIP's.
package protocol StoredTensors: Sendable {
  /// The path of the file for errors.
  var path: String { get }
  /// The paths of the files with tensors, ``path`` first.
  var paths: [String] { get }
  /// The container, from which a layout may tell software that wrote the file.
  var container: TensorContainer { get }
  /// The names of all tensors, sorted.
  var storedNames: [String] { get }
  /// The paths of the groups that tensors are in, sorted; empty in a container without groups.
  var groups: [String] { get }
  /// Returns the value of an attribute of an object, the empty path for the root; nil when there isn't one.
  ///
  /// - Throws: ``TensorFileError`` when the value cannot be read.
  func attribute(_ name: String, of object: String) throws -> HDF5Value?
  /// The writer's notes, by key; empty in a container without notes.
  var metadata: [(key: String, value: String)] { get }
  /// The names of the classes of the modules that the file records beside the tensors, sorted.
  var moduleClasses: [String] { get }
  /// Returns the description of a tensor without reading it; nil if the name is unknown.
  func stored(_ name: String) -> StoredTensor?
  /// Returns a tensor of floats: of the stored element type if that is f32, f16 or bf16, else f32.
  ///
  /// - Throws: ``TensorFileError`` when the tensor is missing, its elements aren't floats, or it cannot be read.
  func tensor(_ name: String) throws -> Tensor
  /// Releases the memory of tensors that were read.
  func releasePages()
}

/// A container of named tensors.
package enum TensorContainer: Sendable {
  case hdf5
  case safeTensors
  case torch
  /// PyTorch's archive of a model with its code.
  case torchScript
  /// An index with the files that it names.
  case shards
}

// Most containers hold tensors alone.
extension StoredTensors {
  package var groups: [String] { [] }
  package func attribute(_ name: String, of object: String) throws -> HDF5Value? { nil }
  package var metadata: [(key: String, value: String)] { [] }
  package var moduleClasses: [String] { [] }
}

extension StoredTensors {
  /// Releases the memory of tensors that were read and of intermediate copies.
  package func releaseAll() {
    releasePages()
    // Otherwise the C library would keep the freed memory.
    cmemory_trim()
  }
}

/// The description of a stored tensor, known before its elements are read.
package struct StoredTensor: Sendable, Equatable {
  /// The sizes of the axes.
  package let shape: [Int]
  /// The element type of a tensor read from it; nil if its elements aren't floats.
  package let dtype: DType?
  /// NumPy's or PyTorch's name of the stored elements: `float16`, `int64`.
  package let type: String
  /// The number of bytes of the elements.
  package let byteCount: Int

  /// Creates a description; each parameter is explained at its property.
  package init(shape: [Int], dtype: DType?, type: String, byteCount: Int) {
    self.shape = shape
    self.dtype = dtype
    self.type = type
    self.byteCount = byteCount
  }
}

extension DType {
  /// PyTorch's name: `float32`, `float16`, `bfloat16`.
  package var longName: String {
    switch self {
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    }
  }
}
