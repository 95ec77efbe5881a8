import PromptLensEvaluation

/// A test of whether contexts that read as arbitrary words are as good as the learned one.
///
/// The difference of accuracies, learned minus arbitrary, is the mean over lists of words and over images. Its standard
/// error has two parts, from drawing images and from drawing lists. Two one-sided tests ask whether it lies within ±
/// ``margin``; the same interval tells whether it differs from 0. That words cost accuracy is only said of contexts that
/// were trained for as many steps as the learned one: with fewer, accuracy may be lower for that reason, and nothing is
/// concluded.
///
/// Source of the two tests: Schuirmann, "A Comparison of the Two One-Sided Tests Procedure and the Power Approach"
/// (1987).
package struct ArbitraryWordsTest: Sendable, Equatable {
  /// The conclusion.
  package enum Verdict: String, Sendable {
    /// The contexts read as the words and are no worse by more than the margin: nearest words aren't evidence.
    case arbitrary
    /// The contexts read as the words and are worse.
    case costly
    /// Neither is shown.
    case undecided
    /// Training moved the contexts of most lists away from their words, so that nothing can be compared.
    case wordsLost = "words-lost"
    /// Mean words score as much as the context: it has no effect that words could be compared by.
    case noEffect = "no-effect"
    /// The contexts were trained for fewer steps than the learned one: nothing follows.
    case fewerSteps = "fewer-steps"
  }

  /// The steps of the contexts' training beside those of the learned one.
  package enum Steps: Sendable {
    /// As many or more.
    case equal
    /// Fewer.
    case fewer
    /// The learned context's number isn't known.
    case unknown
  }

  /// The mean difference.
  package let difference: Double
  /// The interval of 95 % of the difference.
  package let interval: ClosedRange<Double>
  /// The interval of 90 %, which lies within ± ``margin`` if the two are equivalent at 5 %.
  package let equivalenceInterval: ClosedRange<Double>
  /// The number of lists that were compared: those whose contexts read as their words.
  package let lists: Int
  /// The conclusion.
  package let verdict: Verdict

  /// A Boolean value that indicates whether the two are equivalent to within ± ``margin``, at 5 %.
  package var isEquivalent: Bool {
    verdict != .wordsLost && equivalenceInterval.lowerBound >= -Self.margin
      && equivalenceInterval.upperBound <= Self.margin
  }

  /// The difference of accuracies that counts as none, a fraction.
  package static let margin = 0.02

  /// Tests the differences.
  ///
  /// - Parameters:
  ///   - context: the scores of the learned context.
  ///   - meanWords: those with the mean word in place of every vector.
  ///   - arbitrary: those of each list's context that reads as its words.
  ///   - lists: the number of lists that were tried.
  ///   - steps: the steps of their training beside the learned context's.
  ///   - seed: the seed of the images' draws.
  /// - Throws: `EvaluationError` without images.
  package init(
    context: ContextScores, meanWords: ContextScores, arbitrary: [ContextScores], lists: Int, steps: Steps,
    seed: UInt64
  ) throws {
    let bootstrap = ImageBootstrap(images: context.correct.count, seed: seed)
    let added = try bootstrap.estimates([context.subtracting(meanWords).correct])[0]
    self.lists = arbitrary.count
    guard !arbitrary.isEmpty, 2 * arbitrary.count >= lists else {
      difference = 0
      interval = 0...0
      equivalenceInterval = 0...0
      verdict = .wordsLost
      return
    }
    let mean = context.subtracting(ContextScores.mean(of: arbitrary)).correct
    let images = try bootstrap.estimates([mean])[0]
    // Half the width of a 95 % interval is 1.96 standard errors.
    let imageError = (images.interval.upperBound - images.interval.lowerBound) / 3.92
    let listError = Sample(arbitrary.map { context.accuracy - $0.accuracy }).standardError ?? 0
    let error = (imageError * imageError + listError * listError).squareRoot()
    // Over few lists Student's t holds for their part; over images the normal distribution does.
    let distribution = StudentDistribution(degrees: listError > imageError ? max(arbitrary.count - 1, 1) : 1000)
    func around(_ share: Double) -> ClosedRange<Double> {
      let half = error == 0 ? 0 : distribution.bound(of: share) * error
      return images.value - half...images.value + half
    }
    difference = images.value
    interval = around(0.95)
    equivalenceInterval = around(0.9)
    if steps == .fewer {
      verdict = .fewerSteps
    } else if added.interval.lowerBound <= 0 {
      verdict = .noEffect
    } else if equivalenceInterval.upperBound <= Self.margin {
      verdict = .arbitrary
    } else {
      verdict = steps == .equal && interval.lowerBound > 0 ? .costly : .undecided
    }
  }
}
