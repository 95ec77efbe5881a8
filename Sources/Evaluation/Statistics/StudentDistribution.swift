import Foundation

/// Student's t distribution with a whole number of degrees of freedom.
///
/// With θ = atan(t/√ν) its central probability is a finite sum. Source: Abramowitz and Stegun, "Handbook of
/// Mathematical Functions" (1964), 26.7.3 and 26.7.4.
package struct StudentDistribution: Sendable, Equatable {
  /// ν, at least 1.
  package let degrees: Int

  /// Creates the distribution with ν degrees of freedom; fewer than one are taken as one.
  package init(degrees: Int) { self.degrees = max(degrees, 1) }

  /// Returns P(|T| ≤ t).
  package func centralProbability(within t: Double) -> Double {
    probability(angle: atan(t / Double(degrees).squareRoot()))
  }

  /// Returns the t that bounds a central share of the distribution, such as the factor of a 95 % interval for 0.95.
  ///
  /// - Parameter share: from 0 to below 1.
  /// - Returns: t; infinite for a share of 1.
  package func bound(of share: Double) -> Double {
    guard share < 1 else { return .infinity }
    var (low, high) = (0.0, Double.pi / 2)
    // This number of halvings of an angle below 2 reaches the last bit.
    for _ in 0..<64 {
      let middle = (low + high) / 2
      if probability(angle: middle) < share { low = middle } else { high = middle }
    }
    return tan((low + high) / 2) * Double(degrees).squareRoot()
  }

  private func probability(angle: Double) -> Double {
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    // Σ of cosine powers, each the one before times cos²θ · (j − 1)/j or j/(j + 1).
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    for j in stride(from: isOdd ? 3 : 2, to: degrees, by: 2) {
      term *= cosine * cosine * Double(j - 1) / Double(j)
      sum += term
    }
    return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
  }
}
