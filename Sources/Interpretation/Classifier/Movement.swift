import PromptLensTensors

/// The directions in which two contexts, or the class features of two prompts, moved from where they began.
package enum Movement {
  /// Returns the cosine of two movements, all rows together; `nil` if one of them didn't move.
  ///
  /// - Parameters:
  ///   - first: where the first ended, `[rows, width]`.
  ///   - firstStart: where it began.
  ///   - second: where the second ended, of the same shape.
  ///   - secondStart: where it began.
  /// - Returns: The cosine, −1 to 1.
  /// - Throws: `TensorError` if the shapes differ.
  package static func cosine(
    _ first: Tensor, from firstStart: Tensor, _ second: Tensor, from secondStart: Tensor
  ) throws -> Double? {
    for (name, other) in [("the start", firstStart), ("the other end", second), ("the other start", secondStart)]
    where other.shape.count != first.shape.count {
      throw TensorError.shapeMismatch(
        operation: "movement", name: name, expected: first.shape.dimensions, found: other.shape.dimensions)
    }
    func movement(_ end: Tensor, _ start: Tensor) -> [Double] {
      zip(end.floats(), start.floats()).map { Double($0) - Double($1) }
    }
    let (left, right) = (movement(first, firstStart), movement(second, secondStart))
    guard left.dot(left) > 0, right.dot(right) > 0 else { return nil }
    return left.cosine(right)
  }
}
