import PromptLensCMemory
import PromptLensTensors

/// One or several files of named tensors, whose names layouts map to CLIP's.
package protocol StoredTensors: Sendable {
  /// The path of the file for errors.
  var path: String { get }
  /// The paths of the files with tensors, ``path`` first.
  var paths: [String] { get }
  /// The names of all tensors, sorted.
  var storedNames: [String] { get }
  /// Returns the description of a tensor without reading it; nil if the name is unknown.
  func stored(_ name: String) -> StoredTensor?
  /// Returns a tensor of floats: of the stored element type if that is f32, f16 or bf16, else f32.
  ///
  /// - Throws: ``TensorFileError`` when the tensor is missing, its elements aren't floats, or it cannot be read.
  func tensor(_ name: String) throws -> Tensor
  /// Releases the memory of tensors that were read.
  func releasePages()
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
