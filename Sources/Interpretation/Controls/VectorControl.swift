import PromptLensEvaluation
/// The conclusion about one vector's nearest word.
package enum WordVerdict: String, Sendable {
  /// The vector equals the entry within the rounding of half precision.
  case word
  /// The vector is nearer to a word than random vectors and than mixtures of words, each corrected for the number of
  /// vectors.
  case closer
  /// The vector is nearer to a word than random vectors, but not than mixtures of words: it lies where words lie.
  case position
  /// The vector isn't shown to be nearer to a word than random vectors.
  case chance

  /// The share of random vectors that must be farther from every word for a vector to count as near in the test of the
  /// whole context.
  package static let threshold = 0.95
  /// The corrected probability below which a finding counts as more than chance.
  package static let level = 0.01
  /// The distance from an entry, as a share of its length, up to which a vector equals it: the spacing of numbers in
  /// half precision.
  package static let rounding = 0x1p-10
}

/// A comparison of a vector's distance with the distances of vectors without meaning.
package struct NearnessTest: Sendable, Equatable {
  /// The share of the others that are farther from every word: evenly distributed between 0 and 1 for one of them.
  package let certainty: Double
  /// The probability of a distance as small by chance.
  package let p: Double
  /// ``p`` by Holm's correction for all vectors that are tested together: those of the context or of all layers.
  package internal(set) var correctedP: Double
}

/// The distance of a vector to its nearest word, against the distances of vectors without meaning.
package struct VectorControl: Sendable {
  /// The comparison with the vector that training began with.
  package struct Initial: Sendable, Equatable {
    /// The distance of the initial vector to its own nearest word.
    package let distance: Double
    /// The z-score of the learned vector's distance among those of all initial vectors; `nil` if these don't differ.
    package let zScore: Double?
    /// The distance that training moved the vector.
    package let moved: Double
    /// A Boolean value that indicates whether the nearest word is still the initial one.
    package let keepsWord: Bool
    /// The share of random vectors of the initial vector's length that are farther from every word.
    package let certainty: Double
  }

  /// The nearest word, and the distance in l2.
  package let nearest: WordNeighbor
  /// The second nearest word's distance less the nearest one's; `nil` if there is no other word.
  package let margin: Double?
  /// The kind of the nearest word.
  package let kind: EntryKind
  /// The squared cosine of vector and word: the share of the vector's squared length that the word's direction explains.
  package let explained: Double
  /// The vector's length over the median length of words.
  package let normRatio: Double
  /// The comparison with random vectors of exactly this length.
  package internal(set) var random: NearnessTest
  /// The comparison with mixtures of three random words, scaled to exactly this length.
  package internal(set) var mixtures: NearnessTest
  /// A Boolean value that indicates whether the mean of all words is nearer than any word.
  package let isNearerToMeanWord: Bool
  /// (r − μ) / σ against random vectors of the same length; `nil` if they don't differ.
  package let randomZScore: Double?
  /// (r − μ) / σ against the distances between words and their own nearest neighbors.
  package let wordZScore: Double?
  /// The share of words that are farther from their nearest neighbor.
  package let shareOfWordsFarther: Double
  /// A Boolean value that indicates whether the vector equals its nearest word within rounding.
  package let isEntry: Bool
  /// The comparison with the initial context, if it is known.
  package let initial: Initial?

  /// The conclusion.
  package var verdict: WordVerdict {
    if isEntry { return .word }
    guard random.correctedP < WordVerdict.level else { return .chance }
    return mixtures.correctedP < WordVerdict.level && !isNearerToMeanWord ? .closer : .position
  }

  /// A Boolean value that indicates whether the vector counts as near in the test of the whole context.
  var isNear: Bool { isEntry || random.certainty >= WordVerdict.threshold }

  /// A Boolean value that indicates whether the vector counts as near also among mixtures of words.
  var isNearAmongMixtures: Bool {
    isEntry || isNear && mixtures.certainty >= WordVerdict.threshold && !isNearerToMeanWord
  }
}
