import PromptLensTensors

/// The accuracy that each position of a context is worth, found by taking it away.
///
/// Δₘ(r) = acc(v) − acc(v with vₘ replaced by r); the interaction of two positions is Δᵢⱼ − Δᵢ − Δⱼ with r the mean
/// word: above zero if the two do the same work, so that either suffices, below zero if neither is worth anything
/// without the other.
///
/// Source of ablation by the mean: Wang et al., "Interpretability in the Wild" (2022), section 2, who prefer it to
/// zeros, which are far from everything that the tower was trained on.
package struct Ablation: Sendable, Equatable {
  /// The context's accuracy.
  package let accuracy: Double
  /// The remaining accuracy, for each kind of replacement and each position; the mean for random replacements.
  package let accuracies: [Replacement: [Double]]
  /// The standard error of the mean over random replacements, for each position.
  package let randomErrors: [Double]
  /// Δᵢⱼ − Δᵢ − Δⱼ for each pair of positions, symmetric, zero on the diagonal.
  package let interactions: [[Double]]

  /// Measures a context with each of its positions taken away.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - meanWord: the mean of all words' embeddings.
  ///   - repetitions: random replacements of each position, 2 or more.
  ///   - seed: the seed of the random replacements.
  ///   - measure: the measure of accuracy.
  /// - Throws: The errors of `measure`.
  package init(
    of context: ContextMatrix, meanWord: [Float], repetitions: Int = 5, seed: UInt64 = 1, measure: some ContextMeasure
  ) throws {
    let length = context.length
    let mean = context.filled(with: meanWord)
    func each(_ replacement: ContextMatrix) throws -> [Double] {
      try measure.worth(length) { position in context.replacing(with: replacement) { $0 == position } }
    }
    let whole = try measure.worth([context])[0]
    let zeroed = try each(context.zeros)
    let averaged = try each(mean)
    let left = try measure.worth(length) { context.omitting($0) }
    var directions = SplitMix64(seed: seed)
    let draws = try (0..<max(repetitions, 2)).map { _ in try each(context.randomized(&directions)) }
    let random = (0..<length).map { position in Sample(draws.map { $0[position] }) }

    let pairs = (0..<length).flatMap { first in (first + 1..<max(length, first + 1)).map { (first, $0) } }
    let paired = try measure.worth(pairs.count) { index in
      context.replacing(with: mean) { $0 == pairs[index].0 || $0 == pairs[index].1 }
    }
    var interactions = [[Double]](repeating: [Double](repeating: 0, count: length), count: length)
    for ((first, second), accuracy) in zip(pairs, paired) {
      let interaction = (whole - accuracy) - (whole - averaged[first]) - (whole - averaged[second])
      interactions[first][second] = interaction
      interactions[second][first] = interaction
    }
    accuracy = whole
    accuracies = [.leaveOneOut: left, .zero: zeroed, .mean: averaged, .random: random.map(\.mean)]
    randomErrors = random.map { $0.standardError ?? 0 }
    self.interactions = interactions
  }

  /// Returns Δₘ for one kind of replacement: the accuracy lost with each position.
  package func losses(_ replacement: Replacement) -> [Double] {
    (accuracies[replacement] ?? []).map { accuracy - $0 }
  }
}
