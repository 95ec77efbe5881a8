extension Tensor {
  /// The mean of a matrix's rows, summed in f64.
  package var meanRow: [Float] {
    let (rows, width) = (shape.dimensions[0], shape.dimensions[1])
    var sums = [Double](repeating: 0, count: width)
    withFloats { floats in
      for row in 0..<rows {
        for column in 0..<width { sums[column] += Double(floats[row * width + column]) }
      }
    }
    return sums.map { Float($0 / Double(rows)) }
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
