import Foundation

/// Which images another classifier takes for something else.
///
/// Of the images that exactly one of two classifiers gets right, b are gained and c lost; were the classifiers equally good,
/// each would be as likely: the probability of a split at least this uneven is McNemar's exact test.
///
/// Source: McNemar, "Note on the sampling error of the difference between correlated proportions or percentages" (1947).
public struct ChangedSides: Sendable, Equatable {
  /// Images that were wrong and are right.
  public let gained: [Int]
  /// Images that were right and are wrong.
  public let lost: [Int]
  /// Images that were wrong and are wrong in another way.
  public let otherwiseWrong: [Int]
  /// Images that are right both times.
  public let bothRight: Int
  /// The two-sided probability of McNemar's exact test.
  public let probability: Double

  /// Compares predictions.
  ///
  /// - Parameters:
  ///   - before: for each image the predicted class.
  ///   - after: the same of the other classifier, as many.
  ///   - labels: the true classes, as many.
  public init(before: [Int], after: [Int], labels: [Int]) {
    let images = labels.indices
    gained = images.filter { before[$0] != labels[$0] && after[$0] == labels[$0] }
    lost = images.filter { before[$0] == labels[$0] && after[$0] != labels[$0] }
    otherwiseWrong = images.filter {
      before[$0] != labels[$0] && after[$0] != labels[$0] && before[$0] != after[$0]
    }
    bothRight = images.count { before[$0] == labels[$0] && after[$0] == labels[$0] }
    probability = Self.exactTest(gained.count, lost.count)
  }

  /// The probability of a split of n at least as uneven as b and c, by the binomial distribution.
  private static func exactTest(_ gained: Int, _ lost: Int) -> Double {
    let count = gained + lost
    guard count > 0 else { return 1 }
    let tail = (0...min(gained, lost)).reduce(0.0) { sum, k in
      let ways = lgamma(Double(count + 1)) - lgamma(Double(k + 1)) - lgamma(Double(count - k + 1))
      return sum + exp(ways - Double(count) * log(2))
    }
    return min(2 * tail, 1)
  }
}
