import Foundation

/// The upper tail of the binomial distribution.
package enum BinomialTail {
  /// Returns the probability of at least `successes` of `trials`, each with probability `share`.
  package static func probability(ofAtLeast successes: Int, of trials: Int, share: Double) -> Double {
    guard successes > 0 else { return 1 }
    guard successes <= trials else { return 0 }
    let terms = (successes...trials).map { count -> Double in
      let ways: Double = lgamma(Double(trials + 1)) - lgamma(Double(count + 1)) - lgamma(Double(trials - count + 1))
      let logarithm: Double = ways + Double(count) * log(share) + Double(trials - count) * log(1 - share)
      return exp(logarithm)
    }
    return min(terms.reduce(0, +), 1)
  }
}
