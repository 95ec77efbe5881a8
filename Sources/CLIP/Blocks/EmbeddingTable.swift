import PromptLensKernels
import PromptLensTensors

/// A matrix of any element type, which is read row by row.
package struct EmbeddingTable: Sendable {
  /// The number of rows.
  package let count: Int
  /// The length of a row.
  package let width: Int
  private let tensor: Tensor

  /// Creates a table over a matrix.
  ///
  /// - Throws: `TensorError` when the tensor isn't a matrix.
  package init(_ tensor: Tensor, name: String) throws {
    guard tensor.shape.rank == 2 else {
      throw TensorError.shapeMismatch(
        operation: "embedding", name: name, expected: [-1, -1], found: tensor.shape.dimensions)
    }
    self.tensor = tensor
    count = tensor.shape.dimensions[0]
    width = tensor.shape.dimensions[1]
  }

  /// Releases the memory of a mapped table.
  package func releasePages() { tensor.releasePages() }

  /// Writes one row as f32; the caller keeps `row` below ``count``.
  package func copyRow(_ row: Int, to: UnsafeMutablePointer<Float>) {
    tensor.withBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      let from = base + row * width * tensor.dtype.byteWidth
      switch tensor.dtype {
      case .float32: to.update(from: from.assumingMemoryBound(to: Float.self), count: width)
      case .float16: kernels().pointee.f16_to_f32(from, to, width)
      case .bfloat16: kernels().pointee.bf16_to_f32(from, to, width)
      }
    }
  }
}
