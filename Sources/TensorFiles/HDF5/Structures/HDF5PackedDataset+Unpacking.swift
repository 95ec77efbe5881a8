// The elements of a packed dataset.

extension HDF5PackedDataset {
  /// Unpacks the elements in row-major, little-endian order.
  ///
  /// - Throws: ``HDF5Unreadable`` when a chunk is damaged.
  func unpack(_ file: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(HDF5Unreadable) {
    var grid = shape
    for axis in shape.indices { grid[axis] = max((shape[axis] - 1) / chunkShape[axis] + 1, 0) }
    guard !shape.contains(0) else { return }
    var position = [Int](repeating: 0, count: shape.count)
    for chunk in chunks {
      let stored = [UInt8](file[chunk.offset..<chunk.offset + chunk.bytes])
      guard let plain = filters.undo(stored, mask: chunk.mask, limit: chunkBytes), plain.count == chunkBytes else {
        throw HDF5Unreadable(reason: "a chunk that does not unpack to its size")
      }
      copy(plain, at: position, into: target)
      for axis in position.indices.reversed() {
        position[axis] += 1
        if position[axis] < grid[axis] { break }
        position[axis] = 0
      }
    }
    if case .float(_, bigEndian: true) = type {
      for start in stride(from: 0, to: target.count, by: width) { target[start..<start + width].reverse() }
    }
  }

  /// Unpacks f64 elements and rounds them to f32.
  ///
  /// - Throws: ``HDF5Unreadable`` when a chunk is damaged.
  func unpackDoubles(_ file: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(HDF5Unreadable)
  {
    let doubles = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count * 2, alignment: 8)
    defer { doubles.deallocate() }
    try unpack(file, into: doubles)
    let floats = target.assumingMemoryBound(to: Float.self)
    for (index, double) in doubles.assumingMemoryBound(to: Double.self).enumerated() { floats[index] = Float(double) }
  }

  /// Copies the rows of one chunk that lie inside the dataset.
  private func copy(_ chunk: [UInt8], at position: [Int], into target: UnsafeMutableRawBufferPointer) {
    let last = shape.count - 1
    let inside = shape.indices.map { min(chunkShape[$0], shape[$0] - position[$0] * chunkShape[$0]) }
    var row = [Int](repeating: 0, count: last)
    while true {
      var from = 0
      var to = 0
      for axis in 0..<last {
        from = from * chunkShape[axis] + row[axis]
        to = to * shape[axis] + position[axis] * chunkShape[axis] + row[axis]
      }
      from = from * chunkShape[last] * width
      to = (to * shape[last] + position[last] * chunkShape[last]) * width
      let count = inside[last] * width
      target[to..<to + count].copyBytes(from: chunk[from..<from + count])
      var axis = last - 1
      while axis >= 0 {
        row[axis] += 1
        if row[axis] < inside[axis] { break }
        row[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
