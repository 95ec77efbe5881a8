/// The sizes of a tensor's axes, outermost first; no axis is negative and their product fits an `Int`.
package struct Shape: Sendable, Equatable, CustomStringConvertible {
  /// The size of each axis; empty for a scalar.
  package let dimensions: [Int]
  /// The number of elements.
  package let count: Int

  /// Creates a shape.
  ///
  /// - Throws: ``TensorError/badShape(name:dimensions:)`` when an axis is negative or the product overflows.
  package init(_ dimensions: [Int], name: String = "tensor") throws(TensorError) {
    var count = 1
    var nonZero = 1
    for dimension in dimensions {
      // The product of the nonzero axes is also checked, so that strides never overflow in any order of axes.
      let (product, overflow) = nonZero.multipliedReportingOverflow(by: max(dimension, 1))
      guard dimension >= 0, !overflow else { throw .badShape(name: name, dimensions: dimensions) }
      nonZero = product
      count *= dimension
    }
    self.dimensions = dimensions
    self.count = count
  }

  /// The number of axes.
  package var rank: Int { dimensions.count }

  /// The sizes as in Python: `[2, 3]`.
  package var description: String { "\(dimensions)" }

  /// Returns the text of expected sizes for an error, where `-1` stands for any: `[any, 3]`.
  package static func expected(_ dimensions: [Int]) -> String {
    "[\(dimensions.map { $0 < 0 ? "any" : "\($0)" }.joined(separator: ", "))]"
  }
}
