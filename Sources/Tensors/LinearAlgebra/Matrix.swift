/// A dense matrix of f32 in memory, with the products that classifiers and their gradients need.
///
/// Rows are processed in blocks of a fixed size, so results have the same bits on any number of threads.
package struct Matrix: Sendable {
  private static let chunk = 256

  /// The elements, row by row.
  package let buffer: FloatBuffer
  package let rows: Int
  package let columns: Int

  /// Creates a matrix of zeros, or over a buffer with its number of elements.
  package init(rows: Int, columns: Int, _ buffer: FloatBuffer? = nil) {
    self.rows = rows
    self.columns = columns
    self.buffer = buffer ?? FloatBuffer(count: rows * columns)
  }

  /// Creates a matrix with a copy of its elements.
  package init(_ floats: some Collection<Float>, rows: Int, columns: Int) {
    let buffer = FloatBuffer(uninitialized: rows * columns)
    _ = buffer.elements.initialize(fromContentsOf: floats)
    self.init(rows: rows, columns: columns, buffer)
  }

  /// Creates a matrix with a copy of a tensor's rows, converted to f32.
  ///
  /// - Throws: `TensorError` when it isn't a matrix.
  package init(_ tensor: Tensor, name: String = "matrix") throws(TensorError) {
    let shape = tensor.shape.dimensions
    guard shape.count == 2 else {
      throw .shapeMismatch(operation: "matrix", name: name, expected: [-1, -1], found: shape)
    }
    self.init(rows: shape[0], columns: shape[1], FloatBuffer(copying: tensor))
  }

  /// A copy of the elements, which may outlive the buffer.
  package var floats: [Float] { buffer.floats }

  /// Returns the matrix as a tensor over the same memory.
  package func tensor(_ name: String = "matrix") throws(TensorError) -> Tensor {
    try Tensor(buffer, shape: [rows, columns], name: name)
  }

  /// Returns a copy of some rows.
  package func selecting(_ chosen: [Int]) -> Matrix {
    Matrix(rows: chosen.count, columns: columns, buffer.selecting(chosen, width: columns))
  }

  /// Returns A Bᵀ of this matrix A.
  ///
  /// - Throws: `TensorError` when the widths differ or a factor is empty.
  package func timesTransposed(_ other: Matrix) throws -> Matrix {
    try product(other, orientation: .outputsByInputs, outputs: other.rows)
  }

  /// Returns A B of this matrix A.
  ///
  /// - Throws: `TensorError` when the sizes do not match or a factor is empty.
  package func times(_ other: Matrix) throws -> Matrix {
    try product(other, orientation: .inputsByOutputs, outputs: other.columns)
  }

  /// Returns Aᵀ.
  package func transposed() -> Matrix {
    let result = Matrix(rows: columns, columns: rows, FloatBuffer(uninitialized: rows * columns))
    for row in 0..<rows {
      for column in 0..<columns {
        result.buffer.pointer[column * rows + row] = buffer.pointer[row * columns + column]
      }
    }
    return result
  }

  private func product(
    _ other: Matrix, orientation: LinearLayer.Orientation, outputs: Int
  ) throws -> Matrix {
    let layer = try LinearLayer(weight: other.tensor(), orientation: orientation, name: "right matrix")
    guard layer.inputs == columns else {
      throw TensorError.shapeMismatch(
        operation: "product", name: "right matrix", expected: [columns], found: [layer.inputs])
    }
    let result = Matrix(rows: rows, columns: outputs, FloatBuffer(uninitialized: rows * outputs))
    let (rows, columns, source, target) = (rows, columns, buffer, result.buffer)
    try Parallel.forEach((rows + Self.chunk - 1) / Self.chunk) { index in
      let part = index * Self.chunk..<min((index + 1) * Self.chunk, rows)
      try layer.apply(
        source.pointer + part.lowerBound * columns, rows: part.count, to: target.pointer + part.lowerBound * outputs)
    }
    return result
  }
}
