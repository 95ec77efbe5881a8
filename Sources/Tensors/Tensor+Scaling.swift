extension Tensor {
  /// Returns the tensor in f32 with the elements of each index of the outermost axis multiplied by a factor.
  ///
  /// - Parameter factors: a factor for each index.
  /// - Returns: a tensor of the same shape.
  /// - Throws: ``TensorError`` when their number is another.
  package func scaled(by factors: [Double]) throws(TensorError) -> Tensor {
    guard factors.count == shape.dimensions.first, !factors.isEmpty else {
      throw .shapeMismatch(
        operation: "scale", name: "weight", expected: [factors.count], found: Array(shape.dimensions.prefix(1)))
    }
    let count = shape.count / factors.count
    let scaled = FloatBuffer(uninitialized: shape.count)
    withFloats { floats in
      for (row, factor) in factors.enumerated() {
        for index in row * count..<(row + 1) * count {
          scaled.pointer[index] = Float(Double(floats[index]) * factor)
        }
      }
    }
    return try Tensor(scaled, shape: shape.dimensions)
  }
}
