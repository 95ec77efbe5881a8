/// The conclusion about one vector's nearest word.
package enum WordVerdict: Sendable, Equatable {
  /// The vector is the word, or so near that no other word can be meant: less than half as far from it as the word's
  /// own nearest neighbor is.
  case word
  /// The vector is closer to a word than this share of random vectors, ``threshold`` or more.
  case closer(Double)
  /// The vector is closer to a word than only this share of random vectors.
  case chance(Double)

  /// The share of random vectors that must be farther from every word for a vector to be called close.
  package static let threshold = 0.95

  /// A Boolean value that indicates whether the vector is close to a word.
  package var isClose: Bool {
    if case .chance = self { false } else { true }
  }
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
  }

  /// The nearest word, and the distance in l2.
  package let nearest: WordNeighbor
  /// The vector's length over the median length of words.
  package let normRatio: Double
  /// The share of random vectors of the same length that are farther from every word: 1 for a word, evenly distributed
  /// between 0 and 1 for random vectors.
  package let certainty: Double
  /// (r − μ) / σ against random vectors of the same length; `nil` if they don't differ.
  package let randomZScore: Double?
  /// (r − μ) / σ against the distances between words and their own nearest neighbors.
  package let wordZScore: Double?
  /// The share of words that are farther from their nearest neighbor.
  package let shareOfWordsFarther: Double
  /// The conclusion.
  package let verdict: WordVerdict
  /// The comparison with the initial context, if it is known.
  package let initial: Initial?
}
