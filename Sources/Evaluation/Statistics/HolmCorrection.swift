/// Probabilities corrected for the number of tests.
///
/// With p₍₁₎ ≤ p₍₂₎ ≤ …, the corrected ones are `max_{j ≤ i} min((m − j + 1) p₍ⱼ₎, 1)`: the probability that any of the
/// tests finds something by chance stays below the level. Source: Holm, "A Simple Sequentially Rejective Multiple Test
/// Procedure" (1979).
package enum HolmCorrection {
  /// Returns the corrected probabilities, in the order of those given.
  package static func corrected(_ probabilities: [Double]) -> [Double] {
    var result = probabilities
    var largest = 0.0
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(Double(probabilities.count - rank) * probabilities[index], 1))
      result[index] = largest
    }
    return result
  }
}
