import PromptLensTensors

/// The seeded generator that tests draw from, so that a failing test fails again.
package typealias SplitMix64 = PromptLensTensors.SplitMix64

/// Numbers drawn evenly from a range.
package func randomFloats(_ count: Int, in range: ClosedRange<Float> = -1...1, seed: UInt64 = 1) -> [Float] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in Float.random(in: range, using: &generator) }
}

/// The largest absolute difference of two lists; infinite when they differ in length or one holds NaN.
package func largestDifference(_ left: some Collection<Float>, _ right: some Collection<Float>) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
