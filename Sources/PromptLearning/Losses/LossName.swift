import PromptLensPrompts

/// The names of losses for `--loss`, with their numbers after colons, such as `gce:0.7` or `sce:0.1:1`.
package enum LossName {
  /// Every name with its numbers' defaults.
  package static let all = ["ce", "gce:0.7", "mae", "sce:0.1:1", "nce-rce:1:1", "phuber-ce:10", "smoothing:0.1"]

  /// Creates the loss of a name; omitted numbers have their defaults.
  ///
  /// - Throws: ``LearningError/unknownLoss(text:reason:)``.
  package static func loss(_ text: String) throws(LearningError) -> any Loss {
    func bad(_ reason: String) -> LearningError { .unknownLoss(text: text, reason: reason) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var numbers: [Double] = []
    for part in parts.dropFirst() {
      guard let number = Double(part), number.isFinite else { throw bad("\"\(part)\" isn't a number") }
      numbers.append(number)
    }
    func take(atMost count: Int, _ isSound: (Double) -> Bool, _ expected: String) throws(LearningError) {
      guard numbers.count <= count else { throw bad("it takes \(count == 0 ? "no" : "at most \(count)") numbers") }
      for number in numbers where !isSound(number) { throw bad("\(number) is not \(expected)") }
    }
    switch parts[0] {
    case "ce":
      try take(atMost: 0, { _ in true }, "")
      return CrossEntropy()
    case "gce":
      try take(atMost: 1, { $0 > 0 && $0 <= 1 }, "above 0 and at most 1")
      return numbers.first.map { GeneralizedCrossEntropy(exponent: $0) } ?? GeneralizedCrossEntropy()
    case "mae":
      try take(atMost: 0, { _ in true }, "")
      return MeanAbsoluteError()
    case "sce":
      try take(atMost: 2, { $0 >= 0 }, "at least 0")
      return SymmetricCrossEntropy(forward: numbers.first ?? 0.1, reverse: numbers.dropFirst().first ?? 1)
    case "nce-rce":
      try take(atMost: 2, { $0 >= 0 }, "at least 0")
      return NormalizedCrossEntropy(active: numbers.first ?? 1, passive: numbers.dropFirst().first ?? 1)
    case "phuber-ce":
      try take(atMost: 1, { $0 > 1 }, "above 1")
      return numbers.first.map { PartiallyHuberizedCrossEntropy(threshold: $0) } ?? PartiallyHuberizedCrossEntropy()
    case "smoothing":
      try take(atMost: 1, { $0 >= 0 && $0 < 1 }, "from 0 to below 1")
      return numbers.first.map { LabelSmoothing(smoothing: $0) } ?? LabelSmoothing()
    default: throw bad("known are \(all.joined(separator: ", "))")
    }
  }

  /// Returns a number as written in names: 1 and 0.7, not 1.0.
  static func number(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }
}
