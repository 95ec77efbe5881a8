import PromptLensInterpretation
import PromptLensReporting

extension Double {
  /// A difference of fractions in percentage points, with its sign.
  var points: String { "\(self > 0 ? "+" : "")\((self * 100).formatted(decimals: 2)) points" }

  /// A probability in a sentence.
  var asProbability: String { self < 1e-4 ? "p < 0.0001" : "p = \(formatted(decimals: self < 0.01 ? 4 : 2))" }
}

extension PredictionFlips {
  /// Returns the difference of two accuracies over the same images, and whether it could be chance.
  func verdict(images: Int) -> String {
    let difference = Double(gained.count - lost.count) / Double(max(images, 1))
    guard gained.count + lost.count > 0 else { return "no prediction becomes right or wrong" }
    let test = "McNemar's \(self.test.exactP.asProbability)"
    return self.test.exactP < 0.05
      ? "\(difference.points), \(test)"
      : "\(difference.points), not statistically significant on \(images.counting("image")), \(test)"
  }
}
