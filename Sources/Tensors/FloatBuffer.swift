/// Aligned, writable memory for activations, which only its owner writes.
package final class FloatBuffer: @unchecked Sendable {
  // Unchecked: a buffer belongs to one worker at a time; parallel writers of one buffer write disjoint rows.

  /// The first element, aligned to ``Storage/alignment`` bytes.
  package let pointer: UnsafeMutablePointer<Float>
  /// The number of elements.
  package let count: Int

  /// Allocates `count` zeros.
  package convenience init(count: Int) {
    self.init(uninitialized: count)
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  /// Allocates memory for `count` elements that the owner writes before it reads them.
  package init(uninitialized count: Int) {
    self.count = count
    let memory = LargeBlock.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: Storage.alignment)
    pointer = memory.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// A copy of the elements.
  package var floats: [Float] { Array(elements) }

  /// The elements without a copy, valid for the lifetime of the buffer.
  package var elements: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}

extension Tensor {
  /// Creates an f32 tensor over a buffer's elements, without a copy; the buffer isn't written afterward.
  ///
  /// - Throws: ``TensorError`` when the number of elements differs from the shape's.
  package init(_ buffer: FloatBuffer, shape dimensions: [Int], name: String = "tensor") throws(TensorError) {
    let shape = try Shape(dimensions, name: name)
    guard shape.count == buffer.count else {
      throw .shapeMismatch(operation: "tensor", name: name, expected: dimensions, found: [buffer.count])
    }
    try self.init(shape: shape, dtype: .float32, storage: Storage(buffer), name: name)
  }
}
