// Rearranging moves elements and never converts them, so it is exact for every element type.
extension Tensor {
  /// Returns the same elements under another shape.
  ///
  /// - Throws: ``TensorError`` when the number of elements differs.
  package func reshaped(_ dimensions: [Int], name: String = "tensor") throws(TensorError) -> Tensor {
    let target = try Shape(dimensions, name: name)
    guard target.count == shape.count else {
      throw .shapeMismatch(operation: "reshape", name: name, expected: dimensions, found: shape.dimensions)
    }
    return Tensor(unchecked: target, dtype: dtype, storage: storage, byteOffset: byteOffset)
  }

  /// Returns the tensor with its axes reordered: axis `i` of the result is axis `axes[i]` of this tensor.
  ///
  /// - Throws: ``TensorError`` when `axes` isn't a permutation of this tensor's axes.
  package func permuted(_ axes: [Int], name: String = "tensor") throws(TensorError) -> Tensor {
    guard axes.sorted() == Array(0..<shape.rank) else {
      throw .shapeMismatch(operation: "permute", name: name, expected: axes.map { _ in -1 }, found: shape.dimensions)
    }
    let target = try Shape(axes.map { shape.dimensions[$0] }, name: name)
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape.dimensions[axis + 1]
    }
    let sourceStrides = axes.map { strides[$0] }
    let width = dtype.byteWidth
    let storage = withBytes { source in
      Storage(count: byteCount) { copy in
        if width == 4 {
          Self.gather(
            from: source.assumingMemoryBound(to: UInt32.self), into: copy.assumingMemoryBound(to: UInt32.self),
            dimensions: target.dimensions, strides: sourceStrides)
        } else {
          Self.gather(
            from: source.assumingMemoryBound(to: UInt16.self), into: copy.assumingMemoryBound(to: UInt16.self),
            dimensions: target.dimensions, strides: sourceStrides)
        }
      }
    }
    return Tensor(unchecked: target, dtype: dtype, storage: storage)
  }

  /// Returns a matrix with its two axes swapped.
  ///
  /// - Throws: ``TensorError`` when the tensor isn't a matrix.
  package func transposed(name: String = "tensor") throws(TensorError) -> Tensor {
    guard shape.rank == 2 else {
      throw .shapeMismatch(operation: "transpose", name: name, expected: [-1, -1], found: shape.dimensions)
    }
    return try permuted([1, 0], name: name)
  }

  /// Returns some rows of this tensor (its outermost axis), sharing its storage.
  ///
  /// - Throws: ``TensorError`` when the range exceeds the rows.
  package func rows(_ range: Range<Int>, name: String = "tensor") throws(TensorError) -> Tensor {
    guard let rowCount = shape.dimensions.first, range.lowerBound >= 0, range.upperBound <= rowCount else {
      throw .shapeMismatch(
        operation: "rows \(range)", name: name, expected: [range.upperBound], found: shape.dimensions)
    }
    let rest = Array(shape.dimensions.dropFirst())
    let stride = rest.reduce(1, *) * dtype.byteWidth
    return Tensor(
      unchecked: try Shape([range.count] + rest, name: name), dtype: dtype, storage: storage,
      byteOffset: byteOffset + range.lowerBound * stride)
  }

  /// Stacks tensors of one element type along their outermost axis.
  ///
  /// - Throws: ``TensorError`` when the list is empty or the tensors differ in element type or in their other axes.
  package static func concatenated(_ parts: [Tensor], name: String = "tensor") throws(TensorError) -> Tensor {
    guard let first = parts.first, first.shape.rank > 0 else {
      throw .shapeMismatch(operation: "concatenate", name: name, expected: [-1], found: [])
    }
    let rest = Array(first.shape.dimensions.dropFirst())
    var rows = 0
    for part in parts {
      guard part.dtype == first.dtype, part.shape.rank > 0, Array(part.shape.dimensions.dropFirst()) == rest else {
        throw .shapeMismatch(
          operation: "concatenate", name: name, expected: [-1] + rest, found: part.shape.dimensions)
      }
      rows += part.shape.dimensions[0]
    }
    let shape = try Shape([rows] + rest, name: name)
    let storage = Storage(count: shape.count * first.dtype.byteWidth) { copy in
      var offset = 0
      for part in parts {
        part.withBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: copy[offset..<offset + bytes.count]).copyMemory(from: bytes)
          offset += bytes.count
        }
      }
    }
    return Tensor(unchecked: shape, dtype: first.dtype, storage: storage)
  }

  /// Copies elements in the target's order; the two innermost axes go in tiles, so that both sides stay in cache.
  private static func gather<Element>(
    from source: UnsafeBufferPointer<Element>, into target: UnsafeMutableBufferPointer<Element>,
    dimensions: [Int], strides: [Int]
  ) {
    guard !target.isEmpty else { return }
    guard dimensions.count >= 2 else {
      for index in target.indices { target[index] = source[index] }
      return
    }
    let rows = dimensions[dimensions.count - 2]
    let columns = dimensions[dimensions.count - 1]
    let rowStride = strides[strides.count - 2]
    let columnStride = strides[strides.count - 1]
    let tile = 32
    var outer = [Int](repeating: 0, count: dimensions.count - 2)
    for plane in 0..<target.count / (rows * columns) {
      let base = zip(outer, strides).reduce(0) { $0 + $1.0 * $1.1 }
      let targetBase = plane * rows * columns
      for rowTile in stride(from: 0, to: rows, by: tile) {
        for columnTile in stride(from: 0, to: columns, by: tile) {
          for row in rowTile..<min(rowTile + tile, rows) {
            for column in columnTile..<min(columnTile + tile, columns) {
              target[targetBase + row * columns + column] = source[base + row * rowStride + column * columnStride]
            }
          }
        }
      }
      for axis in outer.indices.reversed() {
        outer[axis] += 1
        if outer[axis] < dimensions[axis] { break }
        outer[axis] = 0
      }
    }
  }
}
