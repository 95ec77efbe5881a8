import PromptLensTensors

/// The scores of contexts by the positions that keep their vectors, the mean word standing at all others.
package typealias CoalitionScores = [[Bool]: ContextScores]

/// The coalitions to measure, and each one's weight in each position's share.
struct CoalitionPlan {
  /// The coalitions, each once.
  private(set) var coalitions: [[Bool]] = []
  /// The weight of each coalition's worth in the share of each position; of orders in the sum over them.
  private(set) var weights: [[Double]] = []

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
  }

  /// Plans the coalitions that orders go through.
  init(orders: [[Int]]) {
    var known: [[Bool]: Int] = [:]
    for order in orders {
      let path = Self.path(of: order)
      for members in path where known[members] == nil {
        known[members] = coalitions.count
        coalitions.append(members)
        weights.append([Double](repeating: 0, count: order.count))
      }
      for (step, position) in order.enumerated() {
        if let before = known[path[step]] { weights[before][position] -= 1 }
        if let after = known[path[step + 1]] { weights[after][position] += 1 }
      }
    }
  }

  /// Returns the coalitions that an order goes through, from none to all.
  static func path(of order: [Int]) -> [[Bool]] {
    var members = [Bool](repeating: false, count: order.count)
    return [members]
      + order.map { position in
        members[position] = true
        return members
      }
  }
}

/// Random orders of positions, each followed by its reverse.
///
/// A position that comes early in an order comes late in the reverse. The mean of its gains in both is exact in every game
/// whose positions interact in pairs alone, so that only the rest of a game makes shares of drawn orders uncertain.
///
/// Source: Mitchell, Cooper, Frank and Holmes, "Sampling Permutations for Shapley Value Estimation" (2022), section 4.1.
struct DrawnOrders {
  private var random: SplitMix64
  private let length: Int
  private var reverse: [Int]?

  /// Prepares orders of `length` positions.
  init(of length: Int, seed: UInt64) {
    random = SplitMix64(seed: seed)
    self.length = length
  }

  /// Draws the next orders.
  mutating func next(_ count: Int) -> [[Int]] {
    (0..<count).map { _ in
      if let order = reverse {
        reverse = nil
        return order
      }
      let order = (0..<length).shuffled(using: &random)
      reverse = order.reversed()
      return order
    }
  }

  /// Returns the standard errors of the means of values, one list for each order drawn, an order and its reverse being
  /// one draw.
  ///
  /// A single pair doesn't tell its own error: its orders count as independent then.
  static func standardErrors(_ values: [[Double]]) -> [Double] {
    let size = values.count > 2 ? 2 : 1
    let draws = stride(from: 0, to: values.count, by: size).map { values[$0..<min($0 + size, values.count)] }
    guard draws.count > 1, let width = values.first?.count else { return values.first?.map { _ in 0 } ?? [] }
    let total = Double(values.count)
    return (0..<width).map { column in
      let mean = values.reduce(0) { $0 + $1[column] } / total
      let squares = draws.reduce(0.0) { sum, draw in
        let deviation = draw.reduce(0) { $0 + $1[column] - mean } / total
        return sum + deviation * deviation
      }
      return (squares * Double(draws.count) / Double(draws.count - 1)).squareRoot()
    }
  }
}
