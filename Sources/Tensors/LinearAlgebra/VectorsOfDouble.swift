extension [Double] {
  /// Returns the inner product with another vector of the same length.
  package func dot(_ other: [Double]) -> Double {
    var sum = 0.0
    for index in indices { sum += self[index] * other[index] }
    return sum
  }

  /// Returns the difference to another vector of the same length.
  package func subtracting(_ other: [Double]) -> [Double] { zip(self, other).map { $0 - $1 } }

  /// The vector scaled to length one; zeros stay.
  package var unit: [Double] {
    let length = dot(self).squareRoot()
    return length > 0 ? map { $0 / length } : self
  }
}
