import PromptLensCMemory
import PromptLensTensors

/// A file of named tensors, or several that belong together. Layouts map its names to CLIP's.
package protocol StoredTensors: Sendable {
  /// The file to name in errors.
  var path: String { get }
  /// The files that hold tensors, the one of ``path`` first.
  var paths: [String] { get }
  /// The names of all tensors, sorted.
  var storedNames: [String] { get }
  /// Returns the description of a tensor that isn't read yet, nil when the name is unknown.
  func stored(_ name: String) -> StoredTensor?
  /// Returns a tensor of floats: of the stored element type where that is f32, f16 or bf16, else f32.
  ///
  /// - Throws: ``TensorFileError`` when the tensor is missing, its elements aren't floats, or it cannot be read.
  func tensor(_ name: String) throws -> Tensor
  /// Returns to the system the memory of tensors that were read.
  func releasePages()
}

extension StoredTensors {
  /// Returns to the system the memory of tensors that were read, and of copies made on the way.
  package func releaseAll() {
    releasePages()
    // The C library would keep what was freed.
    cmemory_trim()
  }
}

/// The description of a stored tensor, known before its elements are read.
package struct StoredTensor: Sendable, Equatable {
  /// The sizes of the axes.
  package let shape: [Int]
  /// The element type of the tensor that is read from it, nil when its elements aren't floats.
  package let dtype: DType?
  /// NumPy's or PyTorch's name of the stored elements: `float16`, `int64`.
  package let type: String
  /// The number of bytes that the elements take.
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
