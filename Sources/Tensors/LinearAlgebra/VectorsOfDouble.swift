extension [Double] {
  /// Returns the inner product with another vector of the same length, by eight sums that are added at the end.
  package func dot(_ other: [Double]) -> Double {
    let length = Swift.min(count, other.count)
    let whole = length / 8 * 8
    var sums = SIMD8<Double>.zero
    var rest = 0.0
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        let stride = MemoryLayout<Double>.stride
        for index in Swift.stride(from: 0, to: whole, by: 8) {
          sums +=
            left.loadUnaligned(fromByteOffset: index * stride, as: SIMD8<Double>.self)
            * right.loadUnaligned(fromByteOffset: index * stride, as: SIMD8<Double>.self)
        }
      }
    }
    for index in whole..<length { rest += self[index] * other[index] }
    return sums.sum() + rest
  }

  /// Returns the difference to another vector of the same length.
  package func subtracting(_ other: [Double]) -> [Double] { zip(self, other).map { $0 - $1 } }

  /// The vector scaled to length one; zeros stay.
  package var unit: [Double] {
    let length = dot(self).squareRoot()
    return length > 0 ? map { $0 / length } : self
  }
}
