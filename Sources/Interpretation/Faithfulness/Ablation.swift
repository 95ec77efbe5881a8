import PromptLensEvaluation
import PromptLensTensors

/// The effect of each position of a context, found by taking it away.
///
/// Δₘ(r) = F(v) − F(v with vₘ replaced by r), with F the accuracy or the mean margin; the interaction of two positions
/// is Δᵢⱼ − Δᵢ − Δⱼ with r the mean word: above zero if the two do the same work, so that either suffices, below zero
/// if neither is worth anything without the other. Every effect is a mean over images, whose interval comes from
/// drawing images anew, with and without the position at once.
///
/// Source of ablation by the mean: Wang et al., "Interpretability in the Wild" (2022), section 2, who prefer it to
/// zeros, which are far from everything that the tower was trained on.
package struct Ablation: Sendable, Equatable {
  /// F(v) in both units.
  package let whole: UnitPair<Double>
  /// F with the mean word in place of every vector.
  package let meanWords: UnitPair<Double>
  /// F(v) − F(all replaced by mean words), the worth of all vectors together.
  package let added: UnitPair<ImageBootstrap.Estimate>
  /// Δₘ for each kind of replacement and each position; the mean over draws for random replacements.
  package let losses: [Replacement: UnitPair<[ImageBootstrap.Estimate]>]
  /// The standard error of Δₘ over random replacements, for each position.
  package let randomErrors: UnitPair<[Double]>
  /// Δᵢⱼ − Δᵢ − Δⱼ for each pair of positions i < j, `[i][j − i − 1]`.
  private let pairs: UnitPair<[[ImageBootstrap.Estimate]]>

  /// Measures a context with each of its positions taken away.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: the mean of all words' embeddings.
  ///   - repetitions: random replacements of each position, 2 or more.
  ///   - seed: the seed of the random replacements and of the images' draws.
  ///   - measure: the measure of contexts.
  /// - Throws: The errors of `measure`.
  package init(
    of context: ContextMatrix, meanWord: [Float], repetitions: Int = Self.repetitions, seed: UInt64 = 1,
    measure: some ContextMeasure
  ) throws {
    var coalitions: CoalitionScores = [:]
    try self.init(
      of: context, meanWord: meanWord, repetitions: repetitions, seed: seed, coalitions: &coalitions, measure: measure)
  }

  /// Measures a context with each of its positions taken away, and hands on the scores of those that have mean words in
  /// their places: ``ShapleyValues`` asks for them, too.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: the mean of all words' embeddings.
  ///   - repetitions: random replacements of each position, 2 or more.
  ///   - seed: the seed of the random replacements and of the images' draws.
  ///   - coalitions: receives the scores.
  ///   - measure: the measure of contexts.
  /// - Throws: The errors of `measure`.
  package init(
    of context: ContextMatrix, meanWord: [Float], repetitions: Int = Self.repetitions, seed: UInt64 = 1,
    coalitions: inout CoalitionScores, measure: some ContextMeasure
  ) throws {
    let length = context.length
    let mean = context.filled(with: meanWord)
    let ends = try measure.scores(of: [context, mean])
    let (whole, nothing) = (ends[0], ends[1])
    coalitions[[Bool](repeating: true, count: length)] = whole
    coalitions[[Bool](repeating: false, count: length)] = nothing
    func each(_ changed: (Int) -> ContextMatrix) throws -> [ContextScores] {
      var lost: [ContextScores] = []
      try measure.scores(length, of: changed) { lost.append(whole.subtracting($1)) }
      return lost
    }
    var averaged: [ContextScores] = []
    try measure.scores(length, of: { position in context.replacing(with: mean) { $0 == position } }) {
      position, scores in
      coalitions[(0..<length).map { $0 != position }] = scores
      averaged.append(whole.subtracting(scores))
    }
    let zeros = context.zeros
    var directions = SplitMix64(seed: seed)
    let draws = try (0..<max(repetitions, 2)).map { _ in
      let random = context.randomized(&directions)
      return try each { position in context.replacing(with: random) { $0 == position } }
    }
    let lost: [Replacement: [ContextScores]] = [
      .leaveOneOut: try each { context.omitting($0) },
      .zero: try each { position in context.replacing(with: zeros) { $0 == position } },
      .mean: averaged,
      .random: (0..<length).map { position in ContextScores.mean(of: draws.map { $0[position] }) },
    ]
    let indices = (0..<length).flatMap { first in (first + 1..<max(length, first + 1)).map { (first, $0) } }
    var interactions: [ContextScores] = []
    try measure.scores(
      indices.count,
      of: { index in context.replacing(with: mean) { $0 == indices[index].0 || $0 == indices[index].1 } }
    ) { index, scores in
      coalitions[(0..<length).map { $0 != indices[index].0 && $0 != indices[index].1 }] = scores
      interactions.append(
        whole.subtracting(scores).subtracting(averaged[indices[index].0]).subtracting(averaged[indices[index].1]))
    }
    let bootstrap = ImageBootstrap(images: whole.margins.count, seed: seed)
    losses = try lost.mapValues { lost in try UnitPair { unit in try bootstrap.estimates(lost.map { $0[unit] }) } }
    pairs = try UnitPair { unit in
      let found = try bootstrap.estimates(interactions.map { $0[unit] })
      return (0..<length).map { first in indices.indices.filter { indices[$0].0 == first }.map { found[$0] } }
    }
    added = try UnitPair { unit in try bootstrap.estimates([whole.subtracting(nothing)[unit]])[0] }
    randomErrors = UnitPair { unit in
      (0..<length).map { position in Sample(draws.map { $0[position].mean(unit) }).standardError ?? 0 }
    }
    self.whole = UnitPair { whole.mean($0) }
    meanWords = UnitPair { nothing.mean($0) }
  }

  /// The random replacements of each position.
  package static let repetitions = 5

  /// Returns the number of contexts that are measured for M positions: the whole and none of it, each position left out,
  /// zero, the mean word and random, and each pair.
  package static func contextCount(length: Int) -> Int {
    2 + (3 + repetitions) * length + length * (length - 1) / 2
  }

  /// Returns Δₘ for one kind of replacement.
  package func losses(_ replacement: Replacement, _ unit: EffectUnit) -> [ImageBootstrap.Estimate] {
    losses[replacement]?[unit] ?? []
  }

  /// Returns the interaction of two different positions; `nil` for one position with itself.
  package func interaction(_ first: Int, _ second: Int, _ unit: EffectUnit) -> ImageBootstrap.Estimate? {
    first == second ? nil : pairs[unit][min(first, second)][abs(first - second) - 1]
  }

  /// Returns the interactions of all pairs, symmetric, zero on the diagonal.
  package func interactions(_ unit: EffectUnit) -> [[Double]] {
    let positions = pairs[unit].indices
    return positions.map { first in positions.map { interaction(first, $0, unit)?.value ?? 0 } }
  }
}
