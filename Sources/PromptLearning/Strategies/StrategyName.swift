import PromptLensPrompts

/// The names of strategies for `--strategy`, with their number after a colon, such as `small-loss:0.3`.
package enum StrategyName: Sendable, Equatable, CustomStringConvertible {
  /// All images with equal weights.
  case all
  /// The small losses of each batch; the noise rate, nil for that of generated noise.
  case smallLoss(Double?)
  /// Two prompts; the noise rate, nil for that of generated noise.
  case coTeaching(Double?)
  /// Weights by zero-shot probability; γ.
  case agreement(Double)
  /// The split by optimal transport; the first epoch's budget, nil for NLPrompt as it is published.
  case transport(Double?)

  /// Every name with its number's default; the noise rate has none.
  package static let names = ["all", "small-loss", "co-teaching", "agreement:1", "nlprompt"]

  /// Reads the name of a strategy.
  ///
  /// - Throws: ``LearningError/unknownStrategy(text:reason:)``.
  package init(_ text: String) throws(LearningError) {
    func bad(_ reason: String) -> LearningError { .unknownStrategy(text: text, reason: reason) }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var number: Double?
    if parts.count == 2 {
      guard let written = Double(parts[1]), written.isFinite else { throw bad("\"\(parts[1])\" isn't a number") }
      number = written
    }
    func check(_ isSound: (Double) -> Bool, _ expected: String) throws(LearningError) {
      if let number, !isSound(number) { throw bad("\(number) is not \(expected)") }
    }
    switch parts[0] {
    case "all":
      guard number == nil else { throw bad("it takes no number") }
      self = .all
    case "small-loss", "co-teaching":
      try check({ $0 >= 0 && $0 < 1 }, "a noise rate from 0 to below 1")
      self = parts[0] == "small-loss" ? .smallLoss(number) : .coTeaching(number)
    case "agreement":
      try check({ $0 >= 0 }, "at least 0")
      self = .agreement(number ?? 1)
    case "nlprompt":
      try check({ $0 > 0 && $0 <= 1 }, "above 0 and at most 1")
      self = .transport(number)
    default: throw bad("known are \(Self.names.joined(separator: ", "))")
    }
  }

  /// The name with its number, from which this strategy can be read again.
  package var description: String {
    func name(_ name: String, _ number: Double?) -> String { name + (number.map { ":\(LossName.number($0))" } ?? "") }
    return switch self {
    case .all: "all"
    case .smallLoss(let rate): name("small-loss", rate)
    case .coTeaching(let rate): name("co-teaching", rate)
    case .agreement(let power): name("agreement", power)
    case .transport(let budget): name("nlprompt", budget)
    }
  }

  /// Throws an error if the strategy needs the noise rate and it is unknown.
  ///
  /// - Parameter isNoiseRateKnown: whether noise is generated or labels are given, so that the rate is known.
  /// - Throws: ``LearningError/unknownStrategy(text:reason:)``.
  package func check(isNoiseRateKnown: Bool) throws(LearningError) {
    switch self {
    case .smallLoss(nil) where !isNoiseRateKnown, .coTeaching(nil) where !isNoiseRateKnown:
      throw .unknownStrategy(
        text: description, reason: "nothing says how many labels are wrong; give the rate, as \(description):0.3")
    default: break
    }
  }

  /// Creates the strategy of this name.
  ///
  /// - Parameters:
  ///   - noiseRate: the rate of generated noise; nil without noise.
  ///   - labels: the given label of each training image.
  ///   - zeroShotLogits: frozen CLIP's logits of the training images, `[images, classes]`.
  /// - Returns: the strategy.
  /// - Throws: ``LearningError/unknownStrategy(text:reason:)`` when the noise rate is unknown; the errors
  ///   of `zeroShotLogits`.
  package func strategy(
    noiseRate: Double?, labels: [Int], zeroShotLogits: () throws -> [Float]
  ) throws -> any SampleStrategy {
    try check(isNoiseRateKnown: noiseRate != nil)
    // At least one image of a batch must be kept.
    func rate(_ own: Double?) -> Double { min(own ?? noiseRate ?? 0, 0.99) }
    switch self {
    case .all: return EveryImage()
    case .smallLoss(let own): return SmallLossSelection(noiseRate: rate(own))
    case .coTeaching(let own): return CoTeaching(noiseRate: rate(own))
    case .agreement(let power):
      return AgreementWeights(power: power, zeroShotLogits: try zeroShotLogits(), labels: labels)
    case .transport(let budget): return budget.map { TransportSplit(firstBudget: $0) } ?? .published
    }
  }
}
