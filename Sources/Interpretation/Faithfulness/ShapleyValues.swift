import PromptLensTensors

/// The positions' fair shares of a context's accuracy.
///
/// A coalition S of positions is worth acc(context with the positions outside S replaced by the mean word). A
/// position's share is the accuracy that it adds to those before it, averaged over random orders; shares sum to acc(v)
/// − acc(all replaced) for any orders.
///
/// Sources: Shapley, "A value for n-person games" (1953); Castro, Gómez and Tejada, "Polynomial calculation of the
/// Shapley value based on sampling" (2009).
package struct ShapleyValues: Sendable, Equatable {
  /// The share of each position.
  package let values: [Double]
  /// The standard error of each share over the orders drawn.
  package let errors: [Double]
  /// The accuracy with every position replaced.
  package let nothing: Double
  /// The context's accuracy.
  package let everything: Double
  /// The number of orders that were drawn.
  package let permutations: Int

  /// Draws orders and measures the accuracy that each position adds.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: the replacement of a vector, `[width]`.
  ///   - permutations: the number of orders, 2 or more; each coalition is measured once.
  ///   - seed: the seed of the orders.
  ///   - measure: the measure of accuracy.
  /// - Throws: The errors of `measure`.
  package init(
    of context: ContextMatrix, meanWord: [Float], permutations: Int = 32, seed: UInt64 = 1,
    measure: some ContextMeasure
  ) throws {
    let length = context.length
    var random = SplitMix64(seed: seed)
    let orders = (0..<max(permutations, 2)).map { _ in (0..<length).shuffled(using: &random) }

    /// Returns the coalitions of an order: the empty one, the first position, the first two, up to all of them.
    func coalitions(_ order: [Int]) -> [[Bool]] {
      var members = [Bool](repeating: false, count: length)
      return [members]
        + order.map { position in
          members[position] = true
          return members
        }
    }
    var indices: [[Bool]: Int] = [:]
    var distinct: [[Bool]] = []
    for coalition in orders.lazy.flatMap(coalitions) where indices[coalition] == nil {
      indices[coalition] = distinct.count
      distinct.append(coalition)
    }
    let mean = context.filled(with: meanWord)
    let worth = try measure.worth(distinct.count) { index in
      context.replacing(with: mean) { !distinct[index][$0] }
    }
    var gains = [[Double]](repeating: [], count: length)
    for order in orders {
      let worths = coalitions(order).map { indices[$0].map { worth[$0] } ?? 0 }
      for (step, position) in order.enumerated() { gains[position].append(worths[step + 1] - worths[step]) }
    }
    let samples = gains.map { Sample($0) }
    values = samples.map(\.mean)
    errors = samples.map { $0.standardError ?? 0 }
    nothing = worth[0]
    everything = indices[[Bool](repeating: true, count: length)].map { worth[$0] } ?? 0
    self.permutations = orders.count
  }
}
