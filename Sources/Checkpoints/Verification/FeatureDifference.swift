import PromptLensTensors

/// The distance of features from the expected ones, after both are scaled to length one.
package struct FeatureDifference: Sendable, Equatable {
  /// The number of features.
  package var count: Int
  /// The largest absolute difference of any number; infinite when one of them is NaN.
  package var largest: Double
  /// The mean absolute difference.
  package var mean: Double

  /// Compares features row by row.
  ///
  /// - Parameters:
  ///   - found: `[rows, width]`.
  ///   - expected: a tensor of the same shape.
  ///   - name: the features' source, for errors.
  /// - Throws: `TensorError` when the shapes differ.
  package init(_ found: Tensor, expected: Tensor, name: String) throws {
    let dimensions = found.shape.dimensions
    guard dimensions.count == 2, dimensions == expected.shape.dimensions else {
      throw TensorError.shapeMismatch(
        operation: "verify", name: name, expected: expected.shape.dimensions, found: dimensions)
    }
    let width = dimensions[1]
    var largest = 0.0
    var sum = 0.0
    found.withFloats { found in
      expected.withFloats { expected in
        for start in stride(from: 0, to: found.count, by: max(width, 1)) {
          let left = Self.unit(found[start..<start + width])
          let right = Self.unit(expected[start..<start + width])
          for (left, right) in zip(left, right) {
            let difference = abs(left - right)
            largest = difference.isNaN ? .infinity : max(largest, difference)
            sum += difference
          }
        }
      }
    }
    count = dimensions[0]
    self.largest = largest
    mean = largest.isFinite ? sum / Double(max(found.shape.count, 1)) : .infinity
  }

  private static func unit(_ row: Slice<UnsafeBufferPointer<Float>>) -> [Double] {
    let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return row.map { Double($0) / length }
  }
}
