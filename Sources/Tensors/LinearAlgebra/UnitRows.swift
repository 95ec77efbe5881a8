/// Rows scaled to length one, `u = x / |x|`, with their lengths for the backward pass.
package struct UnitRows: Sendable {
  /// u, `[count, width]`.
  package let rows: FloatBuffer
  /// |x| of each row.
  package let lengths: [Float]
  /// The width of a row.
  package let width: Int

  /// The number of rows.
  package var count: Int { lengths.count }

  /// Creates unit rows.
  ///
  /// - Parameters:
  ///   - source: x, `[count, width]`, which doesn't change.
  ///   - width: the width of a row.
  package init(_ source: FloatBuffer, width: Int) {
    let rows = FloatBuffer(copying: source.pointer, count: source.count)
    let count = source.count / max(width, 1)
    lengths = (0..<count).map { row in
      var sum = 0.0
      for index in row * width..<(row + 1) * width { sum += Double(rows.pointer[index]) * Double(rows.pointer[index]) }
      return Float(sum.squareRoot())
    }
    rows.normalizeRows(width: width)
    self.rows = rows
    self.width = width
  }

  /// Returns a copy of some of the rows.
  package func part(_ range: Range<Int>) -> UnitRows {
    UnitRows(
      rows: FloatBuffer(copying: rows.pointer + range.lowerBound * width, count: range.count * width),
      lengths: Array(lengths[range]), width: width)
  }

  private init(rows: FloatBuffer, lengths: [Float], width: Int) {
    self.rows = rows
    self.lengths = lengths
    self.width = width
  }

  /// Creates unit rows from a tensor, whose last axis is the row.
  package init(_ tensor: Tensor) { self.init(FloatBuffer(copying: tensor), width: tensor.shape.dimensions.last ?? 1) }

  /// Computes ∂L/∂x from ∂L/∂u: `(g − u (u · g)) / |x|`.
  ///
  /// - Parameter gradient: ∂L/∂u, `[count, width]`.
  /// - Returns: ∂L/∂x, `[count, width]`; zero for rows of length zero.
  package func backward(_ gradient: FloatBuffer) -> FloatBuffer {
    let result = FloatBuffer(count: rows.count)
    for (row, length) in lengths.enumerated() where length > 0 {
      let unit = rows.pointer + row * width
      let from = gradient.pointer + row * width
      let to = result.pointer + row * width
      var along = 0.0
      for index in 0..<width { along += Double(unit[index]) * Double(from[index]) }
      for index in 0..<width { to[index] = (from[index] - unit[index] * Float(along)) / length }
    }
    return result
  }
}

extension Tensor {
  /// Returns the rows of a matrix scaled to length one, in f32; rows of length zero stay.
  ///
  /// - Throws: ``TensorError``, which would be a bug in this program.
  package func unitRows() throws(TensorError) -> Tensor {
    let unit = FloatBuffer(copying: self)
    unit.normalizeRows(width: shape.dimensions.last ?? 1)
    return try Tensor(unit, shape: shape.dimensions, name: "unit rows")
  }
}
