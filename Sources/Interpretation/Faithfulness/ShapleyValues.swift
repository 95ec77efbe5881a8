import PromptLensEvaluation
import PromptLensTensors

/// The positions' fair shares of a context's accuracy and margin.
///
/// A coalition S of positions is worth F(context with the positions outside S replaced by the mean word), F being the
/// accuracy or the mean margin. A position's share is the worth that it adds to those before it, averaged over all
/// orders: `φₘ = Σ_S |S|! (M − 1 − |S|)! / M! (F(S ∪ m) − F(S))`, over the S without m. Shares sum to F(v) − F(all
/// replaced). Up to ``exactLimit`` positions all coalitions are measured; beyond it orders are drawn at random, each with
/// its reverse: ``firstOrders``, and then more until their errors are below those of the images, in the quadratic mean over
/// the positions, or there are ``orderLimit`` of them. Fewer than ``safeOrders`` suffice only if their errors, which few
/// orders hardly tell, are below half of those of the images.
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
  /// The orders that are drawn at least where no number is asked for.
  package static let firstOrders = 4
  /// The orders whose errors can be believed.
  package static let safeOrders = 8
  /// The orders that are drawn at most where no number is asked for.
  package static let orderLimit = 32
  private static let furtherOrders = 4
  private static let smallShare = 0.5

  /// Measures the share of each position.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: the replacement of a vector, `[width]`.
  ///   - permutations: the number of orders beyond ``exactLimit`` positions, 2 or more; `nil` for as many as it takes until
  ///     their errors are below those of the images, ``orderLimit`` at most.
  ///   - seed: the seed of the orders and of the images' draws.
  ///   - measured: the scores of coalitions that are known already, which aren't measured again.
  ///   - measure: the measure of contexts.
  /// - Throws: The errors of `measure`.
  package init(
    of context: ContextMatrix, meanWord: [Float], permutations: Int? = nil, seed: UInt64 = 1,
    measured: CoalitionScores = [:], measure: some ContextMeasure
  ) throws {
    let length = context.length
    var sums = CoalitionSums(context: context, mean: context.filled(with: meanWord), known: measured)
    var orders: [[Int]] = []
    var errors = UnitPair { _ in [Double](repeating: 0, count: length) }
    if length <= Self.exactLimit {
      try sums.add(CoalitionPlan(allOf: length), measure)
    } else {
      var draws = DrawnOrders(of: length, seed: seed)
      var count = permutations.map { max($0, 2) } ?? Self.firstOrders
      repeat {
        let drawn = draws.next(count)
        try sums.add(CoalitionPlan(orders: drawn), measure)
        orders += drawn
        errors = UnitPair { unit in DrawnOrders.standardErrors(orders.map { sums.gains(along: $0, unit) }) }
        count = Self.furtherOrders
      } while permutations == nil && orders.count < Self.orderLimit
        && !EffectUnit.allCases.allSatisfy {
          sums.areClear(
            errors[$0], $0, orders: orders.count, share: orders.count < Self.safeOrders ? Self.smallShare : 1)
        }
    }
    let found = UnitPair { sums.shares($0, dividedBy: max(orders.count, 1)) }
    let bootstrap = ImageBootstrap(images: found.margin.first?.count ?? 0, seed: seed)
    shares = try UnitPair { unit in
      try zip(bootstrap.estimates(found[unit].map { $0.map { Float($0) } }), errors[unit]).map {
        $0.widened(by: $1)
      }
    }
    orderErrors = errors
    nothing = sums.worth(of: [Bool](repeating: false, count: length))
    everything = sums.worth(of: [Bool](repeating: true, count: length))
    self.permutations = orders.isEmpty ? nil : orders.count
    coalitions = sums.count
  }
}

extension ShapleyValues {
  /// Returns the number of contexts that are measured beside those of an ``Ablation``, which replaces one or two positions
  /// by the mean word, or all.
  ///
  /// - Parameters:
  ///   - length: M.
  ///   - permutations: the number of orders beyond ``exactLimit`` positions; `nil` for the most that are drawn by themselves.
  ///   - seed: the seed of the orders.
  /// - Returns: the number of contexts.
  package static func contextCount(length: Int, permutations: Int?, seed: UInt64) -> Int {
    let plan: CoalitionPlan
    if length <= exactLimit {
      plan = CoalitionPlan(allOf: length)
    } else {
      var draws = DrawnOrders(of: length, seed: seed)
      plan = CoalitionPlan(orders: draws.next(permutations.map { max($0, 2) } ?? orderLimit))
    }
    return plan.coalitions.count { members in
      let replaced = members.count { !$0 }
      return replaced > 2 && replaced < length
    }
  }
}

/// The sums over coalitions that shares are made of, for each image, and the coalitions' worths.
private struct CoalitionSums {
  private let context: ContextMatrix
  private let mean: ContextMatrix
  /// The scores of coalitions that aren't measured again: those that are given, and the smallest, which orders have in
  /// common.
  private var known: CoalitionScores
  private var worths: [[Bool]: UnitPair<Double>] = [:]
  private var sums: [EffectUnit: [[Double]]] = [:]

  init(context: ContextMatrix, mean: ContextMatrix, known: CoalitionScores) {
    self.context = context
    self.mean = mean
    self.known = known
  }

  /// The number of coalitions.
  var count: Int { worths.count }

  /// Adds the coalitions of a plan in its order, measuring those that aren't known yet.
  mutating func add(_ plan: CoalitionPlan, _ measure: some ContextMeasure) throws {
    let missing = plan.coalitions.indices.filter { known[plan.coalitions[$0]] == nil }
    var next = 0
    func addKnown(before end: Int) {
      while next < end, let scores = known[plan.coalitions[next]] {
        add(scores, of: plan.coalitions[next], weights: plan.weights[next])
        next += 1
      }
    }
    try measure.scores(
      missing.count,
      of: { [context, mean] index in context.replacing(with: mean) { !plan.coalitions[missing[index]][$0] } }
    ) { index, scores in
      addKnown(before: missing[index])
      let members = plan.coalitions[missing[index]]
      add(scores, of: members, weights: plan.weights[missing[index]])
      next += 1
      if members.count(where: { $0 }) < 2 { known[members] = scores }
    }
    addKnown(before: plan.coalitions.count)
  }

  private mutating func add(_ scores: ContextScores, of members: [Bool], weights: [Double]) {
    worths[members] = UnitPair { scores.mean($0) }
    for unit in EffectUnit.allCases {
      let values = scores[unit]
      var totals =
        sums[unit] ?? [[Double]](repeating: [Double](repeating: 0, count: values.count), count: weights.count)
      sums[unit] = nil
      for (position, weight) in weights.enumerated() where weight != 0 {
        for image in values.indices { totals[position][image] += weight * Double(values[image]) }
      }
      sums[unit] = totals
    }
  }

  /// Returns the share of each position in each image's score, the sums divided by a number of orders.
  func shares(_ unit: EffectUnit, dividedBy count: Int) -> [[Double]] {
    (sums[unit] ?? []).map { $0.map { $0 / Double(count) } }
  }

  /// Returns whether the errors of shares over orders are below a share of those over images, in the quadratic mean over
  /// positions: each alone is known from few orders.
  func areClear(_ errors: [Double], _ unit: EffectUnit, orders: Int, share: Double) -> Bool {
    let images = shares(unit, dividedBy: orders).map { Sample($0).standardError ?? 0 }
    func size(_ errors: [Double]) -> Double {
      (errors.reduce(0) { $0 + $1 * $1 } / Double(max(errors.count, 1))).squareRoot()
    }
    return size(errors) <= max(share * size(images), unit.rounding)
  }

  /// Returns the worth of a coalition that was added.
  func worth(of members: [Bool]) -> UnitPair<Double> { worths[members] ?? UnitPair { _ in 0 } }

  /// Returns what each position adds along an order whose coalitions were added.
  func gains(along order: [Int], _ unit: EffectUnit) -> [Double] {
    let path = CoalitionPlan.path(of: order).map { worth(of: $0)[unit] }
    var gains = [Double](repeating: 0, count: order.count)
    for (step, position) in order.enumerated() { gains[position] = path[step + 1] - path[step] }
    return gains
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
