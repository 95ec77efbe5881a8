import PromptLensFiles
import PromptLensKernels

/// A read-only, row-major, contiguous array of numbers with a shape and an element type.
///
/// Copies share storage. A tensor over a mapped file costs nothing until its elements are touched.
package struct Tensor: Sendable {
  /// The sizes of the axes.
  package let shape: Shape
  /// The type of the stored elements.
  package let dtype: DType
  /// The bytes, shared with other tensors.
  package let storage: Storage
  /// The offset of this tensor's elements in ``storage``, in bytes.
  package let byteOffset: Int

  /// Creates a tensor over a part of `storage`.
  ///
  /// - Throws: ``TensorError/outOfBounds(name:offset:bytes:fileBytes:)`` when the elements reach beyond the storage or
  ///   are not aligned to their own width.
  package init(
    shape: Shape, dtype: DType, storage: Storage, byteOffset: Int = 0, name: String = "tensor"
  ) throws(TensorError) {
    let (bytes, overflow) = shape.count.multipliedReportingOverflow(by: dtype.byteWidth)
    guard !overflow else { throw .badShape(name: name, dimensions: shape.dimensions) }
    let (end, endOverflow) = byteOffset.addingReportingOverflow(bytes)
    guard byteOffset >= 0, byteOffset % dtype.byteWidth == 0, !endOverflow, end <= storage.count else {
      throw .outOfBounds(name: name, offset: byteOffset, bytes: bytes, fileBytes: storage.count)
    }
    self.shape = shape
    self.dtype = dtype
    self.storage = storage
    self.byteOffset = byteOffset
  }

  /// Creates an f32 tensor that owns a copy of `floats`.
  ///
  /// - Throws: ``TensorError`` when the number of elements is not the shape's.
  package init(_ floats: [Float], shape dimensions: [Int], name: String = "tensor") throws(TensorError) {
    let shape = try Shape(dimensions, name: name)
    guard shape.count == floats.count else {
      throw .shapeMismatch(operation: "tensor", name: name, expected: dimensions, found: [floats.count])
    }
    let storage = floats.withUnsafeBytes { bytes in Storage(count: bytes.count) { $0.copyMemory(from: bytes) } }
    try self.init(shape: shape, dtype: .float32, storage: storage, name: name)
  }

  /// The number of bytes that the elements take.
  package var byteCount: Int { shape.count * dtype.byteWidth }

  /// Calls `body` with the stored bytes, in the machine's order (little-endian everywhere that this builds).
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withBytes { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[byteOffset..<byteOffset + byteCount]))
    }
  }

  /// Releases the memory of elements that are mapped from a file; the system reads them again at the next access.
  package func releasePages() { storage.releasePages(byteOffset..<byteOffset + byteCount) }

  /// Calls `body` with the elements as f32: the stored ones where they are that, else a converted copy.
  package func withFloats<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try converted(to: .float32).withBytes { (bytes) throws(Failure) in
      try body(bytes.assumingMemoryBound(to: Float.self))
    }
  }

  /// Returns the elements as an array of f32.
  package func floats() -> [Float] { withFloats { Array($0) } }

  /// Returns the same numbers in another element type, rounded to nearest, ties to even.
  package func converted(to target: DType) -> Tensor {
    guard target != dtype else { return self }
    let count = shape.count
    let storage = withBytes { bytes in
      Storage(count: count * target.byteWidth) { copy in
        guard count > 0, let from = bytes.baseAddress, let to = copy.baseAddress else { return }
        switch (dtype, target) {
        case (.float32, .float32), (.float16, .float16), (.bfloat16, .bfloat16):
          to.copyMemory(from: from, byteCount: bytes.count)
        case (.float16, .float32): kernels().pointee.f16_to_f32(from, to, count)
        case (.bfloat16, .float32): kernels().pointee.bf16_to_f32(from, to, count)
        case (.float32, .float16): kernels().pointee.f32_to_f16(from, to, count)
        case (.float32, .bfloat16): kernels().pointee.f32_to_bf16(from, to, count)
        case (.float16, .bfloat16), (.bfloat16, .float16):
          let floats = UnsafeMutablePointer<Float>.allocate(capacity: count)
          defer { floats.deallocate() }
          if dtype == .float16 {
            kernels().pointee.f16_to_f32(from, floats, count)
            kernels().pointee.f32_to_bf16(floats, to, count)
          } else {
            kernels().pointee.bf16_to_f32(from, floats, count)
            kernels().pointee.f32_to_f16(floats, to, count)
          }
        }
      }
    }
    return Tensor(unchecked: shape, dtype: target, storage: storage)
  }

  init(unchecked shape: Shape, dtype: DType, storage: Storage, byteOffset: Int = 0) {
    self.shape = shape
    self.dtype = dtype
    self.storage = storage
    self.byteOffset = byteOffset
  }

  /// A Boolean value that indicates whether no element is NaN or infinite.
  package var isFinite: Bool {
    withBytes { bytes in
      guard let base = bytes.baseAddress, shape.count > 0 else { return true }
      switch dtype {
      case .float32: return kernels().pointee.finite_f32(base, shape.count) != 0
      case .float16: return kernels().pointee.finite_16(base, shape.count, 0x7C00) != 0
      case .bfloat16: return kernels().pointee.finite_16(base, shape.count, 0x7F80) != 0
      }
    }
  }
}
