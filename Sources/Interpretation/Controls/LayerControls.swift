/// The comparisons of prompts in several layers with their controls, and the conclusion about all of them.
///
/// Probabilities of single vectors are corrected for the vectors of all layers. The conclusion about the prompts as a group
/// is that of one context (``ContextControls``): the probability of as many near vectors in all layers.
package struct LayerControls: Sendable {
  /// The comparison of each layer.
  package let layers: [ContextControls]

  /// Joins the comparisons of layers.
  package init(_ layers: [ContextControls]) { self.layers = ContextControls.corrected(together: layers) }

  /// The number of different vectors.
  package var distinctCount: Int { layers.reduce(0) { $0 + $1.distinctCount } }
  /// The number of different vectors that are nearer to a word than 95 % of random ones.
  package var closeCount: Int { layers.reduce(0) { $0 + $1.closeCount } }
  /// The number of different vectors that are nearer to a word than 95 % of random ones and of mixtures.
  package var closeAmongMixtures: Int { layers.reduce(0) { $0 + $1.closeAmongMixtures } }
  /// The number of vectors that would be close by chance.
  package var closeByChance: Double { Double(distinctCount) * (1 - WordVerdict.threshold) }

  /// The probability that at least as many vectors are close if all are random.
  package var chanceProbability: Double {
    BinomialTail.probability(ofAtLeast: closeCount, of: distinctCount, share: 1 - WordVerdict.threshold)
  }

  /// The probability that at least as many vectors are close among mixtures if all are mixtures.
  package var mixtureProbability: Double {
    BinomialTail.probability(ofAtLeast: closeAmongMixtures, of: distinctCount, share: 1 - WordVerdict.threshold)
  }

  /// The conclusion: `closer`, `position` or `chance`, or `entries` where every vector equals one.
  package var verdict: ContextControls.Verdict {
    let vectors = layers.flatMap(\.vectors)
    if !vectors.isEmpty, vectors.allSatisfy(\.isEntry) { return .entries }
    guard chanceProbability < WordVerdict.level else { return .chance }
    return mixtureProbability < WordVerdict.level ? .closer : .position
  }
}
