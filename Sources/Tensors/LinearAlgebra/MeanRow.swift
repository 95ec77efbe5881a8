extension Tensor {
  /// The mean of a matrix's rows, summed in f64.
  package var meanRow: [Float] {
    let (rows, width) = (shape.dimensions[0], shape.dimensions[1])
    var sums = [Double](repeating: 0, count: width)
    forEachRow { _, floats in
      for column in 0..<width { sums[column] += Double(floats[column]) }
    }
    return sums.map { Float($0 / Double(rows)) }
  }

  /// Calls `body` with the index and the numbers in f32 of each row of a matrix, in order.
  ///
  /// Some rows are converted at a time, and those that are mapped from a file are released, so that a large matrix isn't
  /// copied.
  package func forEachRow(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    let (count, width) = (shape.dimensions[0], shape.dimensions[1])
    let step = max((1 << 18) / max(width, 1), 1)
    for first in stride(from: 0, to: count, by: step) {
      guard let rows = try? rows(first..<min(first + step, count)) else { return }
      rows.withFloats { floats in
        for row in 0..<rows.shape.dimensions[0] {
          body(first + row, UnsafeBufferPointer(rebasing: floats[row * width..<(row + 1) * width]))
        }
      }
      rows.releasePages()
    }
  }

  /// Returns the matrix with a row subtracted from each of its rows, or itself without one.
  ///
  /// - Throws: ``TensorError``, which would be a bug in this program.
  package func subtracting(_ row: [Float]?) throws(TensorError) -> Tensor {
    guard let row else { return self }
    let result = FloatBuffer(uninitialized: shape.count)
    withFloats { floats in
      for index in 0..<shape.count { result.pointer[index] = floats[index] - row[index % row.count] }
    }
    return try Tensor(result, shape: shape.dimensions)
  }
}
