import PromptLensEvaluation
import PromptLensTensors

/// The positions' fair shares of a context's accuracy and margin.
///
/// A coalition S of positions is worth F(context with the positions outside S replaced by the mean word), F being the
/// accuracy or the mean margin. A position's share is the worth that it adds to those before it, averaged over all
/// orders: `φₘ = Σ_S |S|! (M − 1 − |S|)! / M! (F(S ∪ m) − F(S))`, over the S without m. Shares sum to F(v) − F(all
/// replaced). Up to ``exactLimit`` positions all coalitions are measured; beyond it orders are drawn at random.
///
/// F is a mean over images, and a share a sum of F's, so each image has a share, too; intervals come from drawing images
/// anew. Where orders are drawn, the interval is widened by their standard error.
///
/// Sources: Shapley, "A value for n-person games" (1953); Castro, Gómez and Tejada, "Polynomial calculation of the
/// Shapley value based on sampling" (2009).
package struct ShapleyValues: Sendable, Equatable {
  /// The share of each position, with its interval over images.
  package let shares: UnitPair<[ImageBootstrap.Estimate]>
  /// The standard error of each share over the orders drawn; 0 where all coalitions were measured.
  package let orderErrors: UnitPair<[Double]>
  /// F with every position replaced.
  package let nothing: UnitPair<Double>
  /// F(v).
  package let everything: UnitPair<Double>
  /// The number of orders that were drawn; `nil` where all coalitions were measured.
  package let permutations: Int?
  /// The number of coalitions that were measured.
  package let coalitions: Int

  /// The most positions of which all coalitions are measured.
  package static let exactLimit = 10

  /// Measures the share of each position.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: the replacement of a vector, `[width]`.
  ///   - permutations: the number of orders beyond ``exactLimit`` positions, 2 or more; each coalition is measured once.
  ///   - seed: the seed of the orders and of the images' draws.
  ///   - measured: the scores of coalitions that are known already, which aren't measured again.
  ///   - measure: the measure of contexts.
  /// - Throws: The errors of `measure`.
  package init(
    of context: ContextMatrix, meanWord: [Float], permutations: Int = 32, seed: UInt64 = 1,
    measured: CoalitionScores = [:], measure: some ContextMeasure
  ) throws {
    let length = context.length
    let plan = CoalitionPlan(length: length, permutations: permutations, seed: seed)
    let mean = context.filled(with: meanWord)
    var worths: [UnitPair<Double>] = []
    var sums: [EffectUnit: [[Double]]] = [:]
    func add(_ scores: ContextScores, of index: Int) {
      worths.append(UnitPair { scores.mean($0) })
      for unit in EffectUnit.allCases {
        let values = scores[unit]
        var totals = sums[unit] ?? [[Double]](repeating: [Double](repeating: 0, count: values.count), count: length)
        sums[unit] = nil
        for (position, weight) in plan.weights[index].enumerated() where weight != 0 {
          for image in values.indices { totals[position][image] += weight * Double(values[image]) }
        }
        sums[unit] = totals
      }
    }
    let missing = plan.coalitions.indices.filter { measured[plan.coalitions[$0]] == nil }
    // In the plan's order, whoever measured a coalition.
    func addMeasured(before end: Int) {
      while worths.count < end, let scores = measured[plan.coalitions[worths.count]] { add(scores, of: worths.count) }
    }
    try measure.scores(
      missing.count, of: { index in context.replacing(with: mean) { !plan.coalitions[missing[index]][$0] } }
    ) { index, scores in
      addMeasured(before: missing[index])
      add(scores, of: missing[index])
    }
    addMeasured(before: plan.coalitions.count)
    let found = sums
    let errors = UnitPair { unit in plan.orderErrors(worths.map { $0[unit] }, length: length) }
    let bootstrap = ImageBootstrap(images: found[.margin]?.first?.count ?? 0, seed: seed)
    shares = try UnitPair { unit in
      try zip(bootstrap.estimates((found[unit] ?? []).map { $0.map { Float($0) } }), errors[unit]).map {
        $0.widened(by: $1)
      }
    }
    orderErrors = errors
    nothing = worths[plan.emptyIndex]
    everything = worths[plan.fullIndex]
    self.permutations = plan.orders.isEmpty ? nil : plan.orders.count
    coalitions = plan.coalitions.count
  }
}

extension ShapleyValues {
  /// Returns the number of contexts that are measured beside those of an ``Ablation``, which replaces one or two positions
  /// by the mean word, or all.
  ///
  /// - Parameters:
  ///   - length: M.
  ///   - permutations: the number of orders beyond ``exactLimit`` positions.
  ///   - seed: the seed of the orders.
  /// - Returns: the number of contexts.
  package static func contextCount(length: Int, permutations: Int, seed: UInt64) -> Int {
    CoalitionPlan(length: length, permutations: permutations, seed: seed).coalitions.count { members in
      let replaced = members.count { !$0 }
      return replaced > 2 && replaced < length
    }
  }
}

/// The scores of contexts by the positions that keep their vectors, the mean word standing at all others.
package typealias CoalitionScores = [[Bool]: ContextScores]

/// The coalitions to measure, and each one's weight in each position's share.
private struct CoalitionPlan {
  private(set) var coalitions: [[Bool]] = []
  /// The weight of each coalition's worth in the share of each position.
  private(set) var weights: [[Double]] = []
  /// The orders that were drawn, as the indices of the coalitions that they go through.
  private(set) var orders: [(positions: [Int], coalitions: [Int])] = []
  private(set) var emptyIndex = 0
  private(set) var fullIndex = 0

  /// Plans the coalitions of Shapley values: all of them, or those of random orders.
  init(length: Int, permutations: Int, seed: UInt64) {
    self =
      length <= ShapleyValues.exactLimit
      ? CoalitionPlan(allOf: length) : CoalitionPlan(orders: max(permutations, 2), of: length, seed: seed)
  }

  /// Plans all coalitions.
  init(allOf length: Int) {
    // The weight of a coalition of s others: s! (M − 1 − s)! / M!, the reciprocal of M times a binomial coefficient.
    var weight = [Double](repeating: 0, count: max(length, 1))
    var binomial = 1.0
    for size in 0..<length {
      weight[size] = 1 / (Double(length) * binomial)
      binomial *= Double(length - 1 - size) / Double(size + 1)
    }
    for code in 0..<(1 << length) {
      let members = (0..<length).map { code >> $0 & 1 == 1 }
      let size = members.count { $0 }
      coalitions.append(members)
      weights.append(members.map { $0 ? weight[size - 1] : -weight[min(size, length - 1)] })
    }
    fullIndex = coalitions.count - 1
  }

  /// Plans the coalitions that random orders go through, each once.
  init(orders count: Int, of length: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var known: [[Bool]: Int] = [:]
    func index(_ members: [Bool], _ plan: inout CoalitionPlan) -> Int {
      if let index = known[members] { return index }
      known[members] = plan.coalitions.count
      plan.coalitions.append(members)
      plan.weights.append([Double](repeating: 0, count: length))
      return plan.coalitions.count - 1
    }
    for _ in 0..<count {
      let order = (0..<length).shuffled(using: &random)
      var members = [Bool](repeating: false, count: length)
      var path = [index(members, &self)]
      for position in order {
        members[position] = true
        path.append(index(members, &self))
        weights[path[path.count - 2]][position] -= 1 / Double(count)
        weights[path[path.count - 1]][position] += 1 / Double(count)
      }
      orders.append((order, path))
    }
    fullIndex = orders.first?.coalitions.last ?? 0
  }

  /// Returns the standard error of each position's share over the orders.
  func orderErrors(_ worths: [Double], length: Int) -> [Double] {
    var gains = [[Double]](repeating: [], count: length)
    for order in orders {
      for (step, position) in order.positions.enumerated() {
        gains[position].append(worths[order.coalitions[step + 1]] - worths[order.coalitions[step]])
      }
    }
    return gains.map { Sample($0).standardError ?? 0 }
  }
}

extension ImageBootstrap.Estimate {
  /// Returns the estimate with an interval that also covers an independent error.
  ///
  /// - Parameter error: The error's standard deviation.
  /// - Returns: The wider estimate.
  fileprivate func widened(by error: Double) -> Self {
    guard error > 0 else { return self }
    func half(_ bound: Double) -> Double { ((bound - value) * (bound - value) + 3.8416 * error * error).squareRoot() }
    return Self(value: value, interval: value - half(interval.lowerBound)...value + half(interval.upperBound), p: p)
  }
}
