import PromptLensKernels

extension FloatBuffer {
  /// Creates a buffer with a copy of a tensor's elements in f32.
  package convenience init(copying tensor: Tensor) {
    self.init(uninitialized: tensor.shape.count)
    tensor.withFloats { if let base = $0.baseAddress { pointer.update(from: base, count: $0.count) } }
  }

  /// Creates a buffer with a copy of `count` numbers.
  package convenience init(copying floats: UnsafePointer<Float>, count: Int) {
    self.init(uninitialized: count)
    pointer.update(from: floats, count: count)
  }

  /// Creates a buffer with a copy of some rows of a tensor, along its first axis, in f32. Only these rows are read and
  /// converted.
  ///
  /// - Parameters:
  ///   - tensor: the rows.
  ///   - rows: their indices, in the order of the copy.
  package convenience init(copying tensor: Tensor, rows: [Int]) {
    let width = tensor.shape.dimensions.dropFirst().reduce(1, *)
    self.init(uninitialized: rows.count * width)
    tensor.withBytes { bytes in
      guard let base = bytes.baseAddress, width > 0 else { return }
      for (index, row) in rows.enumerated() {
        let (from, to) = (base + row * width * tensor.dtype.byteWidth, pointer + index * width)
        switch tensor.dtype {
        case .float32: to.update(from: from.assumingMemoryBound(to: Float.self), count: width)
        case .float16: kernels().pointee.f16_to_f32(from, to, width)
        case .bfloat16: kernels().pointee.bf16_to_f32(from, to, width)
        }
      }
    }
  }

  /// Returns a copy of some rows of `width` numbers.
  package func selecting(_ rows: [Int], width: Int) -> FloatBuffer {
    let result = FloatBuffer(uninitialized: rows.count * width)
    result.copy(rows, of: pointer, width: width)
    return result
  }

  private func copy(_ rows: [Int], of source: UnsafePointer<Float>, width: Int) {
    for (index, row) in rows.enumerated() {
      (pointer + index * width).update(from: source + row * width, count: width)
    }
  }

  /// Scales each row of `width` numbers to Euclidean length one, in place; rows of length zero stay.
  package func normalizeRows(width: Int) {
    kernels().pointee.normalize_rows(pointer, count / max(width, 1), width)
  }

  /// Adds the numbers of another buffer of the same count.
  package func add(_ other: FloatBuffer) { kernels().pointee.add(other.pointer, pointer, count) }

  /// Returns the index of the first of the numbers from `start` to below `end` that exceeds a threshold, or `end`.
  package func firstIndex(above threshold: Float, from start: Int, to end: Int) -> Int {
    kernels().pointee.first_above(pointer, start, end, threshold)
  }

  /// Returns the first of some lines that is above a limit at one of several places.
  ///
  /// - Parameters:
  ///   - start: the index of the first line's slope.
  ///   - offsets: what is subtracted from the product of slope and place, for each line.
  ///   - index: the line with which to begin.
  ///   - count: the number of lines.
  ///   - places: the places.
  ///   - limits: the limit at each.
  /// - Returns: the line's index, or `count` if there is none.
  package func firstLine(
    from start: Int, offsets: UnsafePointer<Float>, index: Int, count: Int, at places: [Float], above limits: [Float]
  ) -> Int {
    kernels().pointee.first_line_above(
      pointer + start, offsets, index, count, places, limits, min(places.count, limits.count))
  }
}

extension Tensor {
  /// Returns a copy of some rows along the first axis, in f32.
  ///
  /// - Parameter rows: the rows' indices, in the order of the copy.
  /// - Returns: the rows, with the other axes as they are.
  /// - Throws: ``TensorError``, which would be a bug in this program.
  package func selecting(_ rows: [Int]) throws(TensorError) -> Tensor {
    try Tensor(
      FloatBuffer(copying: self, rows: rows), shape: [rows.count] + shape.dimensions.dropFirst(), name: "features")
  }
}
