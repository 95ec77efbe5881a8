import PromptLensTensors

/// A fair share of the accuracy for each position of a context.
///
/// A coalition S of positions is worth acc(context with the positions outside S replaced by the mean word). A position's share
/// is what it adds to those before it, averaged over random orders; shares sum to acc(v) − acc(all replaced), whatever was drawn.
///
/// Sources: Shapley, "A value for n-person games" (1953); Castro, Gómez and Tejada, "Polynomial calculation of the Shapley value
/// based on sampling" (2009).
package struct ShapleyValues: Sendable, Equatable {
  /// For each position its share.
  package let values: [Double]
  /// The standard error of each share over the orders drawn.
  package let errors: [Double]
  /// The accuracy with every position replaced.
  package let nothing: Double
  /// The context's accuracy.
  package let everything: Double
  /// The orders that were drawn.
  package let permutations: Int

  /// Draws orders and measures what each position adds.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: what replaces a vector, `[width]`.
  ///   - permutations: the orders, 2 or more; each coalition is measured once.
  ///   - seed: of the orders.
  ///   - measure: what gives the accuracy.
  /// - Throws: what `measure` throws.
  package init(
    of context: ContextMatrix, meanWord: [Float], permutations: Int = 32, seed: UInt64 = 1,
    measure: some ContextMeasure
  ) throws {
    let length = context.length
    var random = SplitMix64(seed: seed)
    let orders = (0..<max(permutations, 2)).map { _ in (0..<length).shuffled(using: &random) }

    /// The coalitions of an order: nobody, the first, the first two … everybody.
    func coalitions(_ order: [Int]) -> [[Bool]] {
      var members = [Bool](repeating: false, count: length)
      return [members]
        + order.map { position in
          members[position] = true
          return members
        }
    }
    var places: [[Bool]: Int] = [:]
    var distinct: [[Bool]] = []
    for coalition in orders.lazy.flatMap(coalitions) where places[coalition] == nil {
      places[coalition] = distinct.count
      distinct.append(coalition)
    }
    let mean = context.filled(with: meanWord)
    let worth = try measure.worth(distinct.count) { index in
      context.replacing(with: mean) { !distinct[index][$0] }
    }
    var gains = [[Double]](repeating: [], count: length)
    for order in orders {
      let worths = coalitions(order).map { places[$0].map { worth[$0] } ?? 0 }
      for (step, position) in order.enumerated() { gains[position].append(worths[step + 1] - worths[step]) }
    }
    let samples = gains.map { Sample($0) }
    values = samples.map(\.mean)
    errors = samples.map { $0.standardError ?? 0 }
    nothing = worth[0]
    everything = places[[Bool](repeating: true, count: length)].map { worth[$0] } ?? 0
    self.permutations = orders.count
  }
}
