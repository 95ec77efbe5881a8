/// A straight line between two contexts: `(1 − α) · start + α · end`.
///
/// Source: Wortsman et al., "Robust fine-tuning of zero-shot models" (2022), equation 1, which interpolates
/// a model's weights; here only the context was learned.
package struct ContextInterpolation: Sendable {
  private let start: [Float]
  private let end: [Float]

  /// Creates the straight path from one context to another.
  ///
  /// - Parameters:
  ///   - start: the context at α = 0.
  ///   - end: the context at α = 1, of the same length.
  /// - Throws: ``EvaluationError/contextMismatch(start:end:)`` when they differ in length.
  package init(from start: [Float], to end: [Float]) throws(EvaluationError) {
    guard start.count == end.count else { throw .contextMismatch(start: start.count, end: end.count) }
    self.start = start
    self.end = end
  }

  /// Returns the context at α; at 0 and 1 exactly the ends.
  package func context(at alpha: Double) -> [Float] {
    if alpha == 0 { return start }
    if alpha == 1 { return end }
    return zip(start, end).map { Float((1 - alpha) * Double($0) + alpha * Double($1)) }
  }

  /// Returns evenly spaced values of α from 0 to 1, inclusive.
  package static func steps(_ count: Int) -> [Double] {
    guard count > 1 else { return [0] }
    return (0..<count).map { Double($0) / Double(count - 1) }
  }
}
