import PromptLensTensors

/// The elements of a tensor in a mapped file: offset, strides, and type.
struct StridedElements: Sendable {
  /// The mapped file.
  let storage: Storage
  /// The offset of the first element in the file, in bytes.
  let byteOffset: Int
  /// The sizes of the axes.
  let shape: [Int]
  /// The distance between neighbors along each axis, in elements; nil when they are contiguous.
  let strides: [Int]?
  /// The type of the elements.
  let element: ElementType

  /// Returns the elements as a tensor: the file's own bytes if they are contiguous, aligned and of a tensor's type;
  /// else a copy, in which float64 is rounded to f32.
  ///
  /// The caller has checked that all elements lie within the file and that the copy is no larger than is plausible.
  ///
  /// - Throws: ``TensorFileError`` when the elements aren't floats.
  func tensor(path: String, name: String) throws -> Tensor {
    guard let dtype = element.dtype else {
      throw TensorFileError.unsupported(
        path: path, object: name, expected: "a tensor of floats", found: "a tensor of \(element.rawValue)")
    }
    let shape = try Shape(shape, name: name)
    let width = element.byteWidth
    if isContiguous, element != .float64, byteOffset % width == 0 {
      return try Tensor(shape: shape, dtype: dtype, storage: storage, byteOffset: byteOffset, name: name)
    }
    var copied = 0
    let copy = Storage(count: shape.count * dtype.byteWidth) { copy in
      storage.withBytes { bytes in
        forEachRow { start, count, target in
          // Release the file's pages while copying.
          copied += count * width
          if copied > Self.pagesLimit {
            storage.releasePages(0..<storage.count)
            copied = 0
          }
          if rowStride == 1, element != .float64 {
            let first = byteOffset + start * width
            UnsafeMutableRawBufferPointer(rebasing: copy[(target * width)...])
              .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<first + count * width]))
            return
          }
          for index in 0..<count {
            let offset = byteOffset + (start + index * rowStride) * width
            switch element {
            case .float64:
              let value = Float(bytes.loadUnaligned(fromByteOffset: offset, as: Double.self))
              copy.storeBytes(of: value, toByteOffset: (target + index) * 4, as: Float.self)
            case .float32:
              let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
              copy.storeBytes(of: value, toByteOffset: (target + index) * 4, as: UInt32.self)
            default:
              let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
              copy.storeBytes(of: value, toByteOffset: (target + index) * 2, as: UInt16.self)
            }
          }
        }
      }
    }
    return try Tensor(shape: shape, dtype: dtype, storage: copy, name: name)
  }

  /// The number of bytes that are copied before their pages are released.
  private static let pagesLimit = 8 << 20

  /// Returns the strides of contiguous elements.
  static func contiguousStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
    }
    return strides
  }

  /// A Boolean value that indicates whether the elements are contiguous in the tensor's order. Axes of one
  /// element may have any stride.
  private var isContiguous: Bool {
    guard let strides, !shape.contains(0) else { return true }
    return zip(zip(shape, strides), Self.contiguousStrides(shape)).allSatisfy { $0.0 == 1 || $0.1 == $1 }
  }

  private var rowStride: Int { strides?.last ?? 1 }

  /// Calls `body` for each row along the innermost axis with the offset of its first element, its length, and its
  /// offset in the copy.
  private func forEachRow(_ body: (_ start: Int, _ count: Int, _ target: Int) -> Void) {
    guard !shape.contains(0) else { return }
    let strides = strides ?? Self.contiguousStrides(shape)
    let columns = shape.last ?? 1
    var position = [Int](repeating: 0, count: max(shape.count - 1, 0))
    var start = 0
    for row in 0..<shape.dropLast().reduce(1, *) {
      body(start, columns, row * columns)
      for axis in position.indices.reversed() {
        position[axis] += 1
        start += strides[axis]
        if position[axis] < shape[axis] { break }
        start -= position[axis] * strides[axis]
        position[axis] = 0
      }
    }
  }
}
