import Foundation
import PromptLensTensors

/// A comparison of a context's distances to its nearest words with three known kinds of distance, to tell whether the
/// words carry meaning.
///
/// Let r be a vector's l2 distance to its nearest word. It is compared with
/// - the distances of real words to their own nearest neighbors: nearness among words;
/// - the distances r' of random vectors of the same length (to within half a percent) to their nearest words: nearness
///   by chance. The share with r' > r is the vector's certainty;
/// - the distances of the initial context, if it is known: the effect of training.
///
/// Of n random vectors some are close by chance. The probability of at least the number found, if each is close with
/// probability 1 − ``WordVerdict/threshold``, is the upper tail of the binomial distribution.
package struct ContextControls: Sendable {
  /// The comparison of each vector, in the context's order.
  package let vectors: [VectorControl]
  /// The effective rank of each context.
  package let effectiveRanks: [Double]
  /// The median length of words.
  package let medianWordNorm: Double
  /// The distances between words and their nearest neighbors.
  package let wordNeighbors: Sample
  /// The number of random vectors that each was compared with.
  package let randomCount: Int

  /// The most words whose neighbors are looked for.
  private static let wordSampleCount = 2000

  /// Compares a context with its controls.
  ///
  /// - Parameters:
  ///   - words: the words, by ``WordMetric/l2``.
  ///   - vectors: the context, `[M, width]`, or several, `[K · M, width]`.
  ///   - length: M.
  ///   - initial: the context that training began with, of the same shape; `nil` if it isn't known.
  ///   - randomCount: the number of random vectors of each length that occurs.
  ///   - seed: the seed of the random vectors, and of the sample of words.
  /// - Throws: `TensorError` if shapes don't match.
  package init(
    words: NearestWords, vectors: Tensor, length: Int, initial: Tensor? = nil, randomCount: Int = 1000, seed: UInt64 = 1
  ) throws {
    if let initial, initial.shape.dimensions != vectors.shape.dimensions {
      throw TensorError.shapeMismatch(
        operation: "controls", name: "the initial context", expected: vectors.shape.dimensions,
        found: initial.shape.dimensions)
    }
    let nearest = try words.words(near: vectors, count: 1).compactMap(\.first)
    let width = vectors.shape.dimensions[1]
    let floats = vectors.floats()
    let norms = floats.lengths(ofRowsOf: width)
    var directions = SplitMix64(seed: seed)

    let sampled = Array(words.candidates.shuffled(using: &directions).prefix(Self.wordSampleCount))
    let wordNeighbors = Sample(try words.neighborDistances(of: sampled).values)
    let ownNeighbors = try words.neighborDistances(of: Array(Set(nearest.map(\.id))).sorted())
    let wordNorms = words.candidateLengths.sorted()
    let medianWordNorm = wordNorms.isEmpty ? 0 : wordNorms[wordNorms.count / 2]
    let random = try RandomControls(
      words: words, norms: norms, width: width, count: randomCount, directions: &directions)
    let initials = try initial.map { try Self.compare(vectors, nearest, toInitial: $0, words) }

    self.vectors = nearest.indices.map { index in
      let distance = nearest[index].distance
      let chance = random.sample(forNorm: norms[index])
      let certainty = chance.shareAbove(distance)
      let isWord = ownNeighbors[nearest[index].id].map { distance < $0 / 2 || distance == 0 } ?? false
      return VectorControl(
        nearest: nearest[index], normRatio: medianWordNorm > 0 ? norms[index] / medianWordNorm : 0,
        certainty: certainty, randomZScore: chance.zScore(of: distance),
        wordZScore: wordNeighbors.zScore(of: distance), shareOfWordsFarther: wordNeighbors.shareAbove(distance),
        verdict: isWord ? .word : certainty >= WordVerdict.threshold ? .closer(certainty) : .chance(certainty),
        initial: initials?[index])
    }
    effectiveRanks = stride(from: 0, to: floats.count, by: max(length * width, 1)).map {
      EffectiveRank.of(floats[$0..<min($0 + length * width, floats.count)], width: width)
    }
    self.medianWordNorm = medianWordNorm
    self.wordNeighbors = wordNeighbors
    self.randomCount = randomCount
  }

  private static func compare(
    _ vectors: Tensor, _ nearest: [WordNeighbor], toInitial initial: Tensor, _ words: NearestWords
  ) throws -> [VectorControl.Initial] {
    let width = vectors.shape.dimensions[1]
    let before = try words.words(near: initial, count: 1).compactMap(\.first)
    let sample = Sample(before.map(\.distance))
    let moved = zip(vectors.floats(), initial.floats()).map { $0 - $1 }.lengths(ofRowsOf: width)
    return nearest.indices.map { index in
      VectorControl.Initial(
        distance: before[index].distance, zScore: sample.zScore(of: nearest[index].distance), moved: moved[index],
        keepsWord: before[index].id == nearest[index].id)
    }
  }

  // MARK: - The whole context

  /// The number of vectors that are close to a word.
  package var closeCount: Int { vectors.count { $0.verdict.isClose } }

  /// The number of vectors that would be close by chance.
  package var closeByChance: Double { Double(vectors.count) * (1 - WordVerdict.threshold) }

  /// The probability that at least as many vectors are close if all are random.
  package var chanceProbability: Double {
    let (count, share) = (vectors.count, 1 - WordVerdict.threshold)
    guard closeCount > 0 else { return 1 }
    let terms = (closeCount...count).map { close -> Double in
      let ways: Double = lgamma(Double(count + 1)) - lgamma(Double(close + 1)) - lgamma(Double(count - close + 1))
      let logarithm: Double = ways + Double(close) * log(share) + Double(count - close) * log(1 - share)
      return exp(logarithm)
    }
    return min(terms.reduce(0, +), 1)
  }

  /// The conclusion about the whole context.
  package var verdict: Verdict {
    if !vectors.isEmpty, vectors.allSatisfy({ $0.verdict == .word }) { return .words }
    return chanceProbability < Self.level ? .closer : .chance
  }

  /// The conclusion about a context's nearest words.
  package enum Verdict: String, Sendable {
    /// Every vector is a word.
    case words
    /// More vectors are close to words than by chance.
    case closer
    /// As many vectors are close to words as by chance.
    case chance
  }

  /// The probability below which a finding counts as more than chance.
  package static let level = 0.01
}

/// Distances of random vectors to their nearest words, for each length that occurs.
private struct RandomControls {
  private let samples: [Int: Sample]
  /// The step of lengths, one percent, so that thousands of vectors need few samples.
  private static let step = log(1.01)

  init(
    words: NearestWords, norms: [Double], width: Int, count: Int, directions: inout SplitMix64
  ) throws {
    var samples: [Int: Sample] = [:]
    for step in Set(norms.map(Self.stepIndex)).sorted() {
      let length = step == .min ? 0 : exp(Double(step) * Self.step)
      let vectors = (0..<count).flatMap { _ in directions.vector(width: width, length: length) }
      let nearest = try words.words(near: Tensor(vectors, shape: [count, width]), count: 1)
      samples[step] = Sample(nearest.compactMap { $0.first?.distance })
    }
    self.samples = samples
  }

  private static func stepIndex(_ norm: Double) -> Int { norm > 0 ? Int((log(norm) / step).rounded()) : .min }

  func sample(forNorm norm: Double) -> Sample { samples[Self.stepIndex(norm)] ?? Sample([]) }
}

extension [Float] {
  /// Returns the Euclidean length of each row.
  fileprivate func lengths(ofRowsOf width: Int) -> [Double] {
    stride(from: 0, to: count, by: Swift.max(width, 1)).map { start in
      self[start..<start + width].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }
}

extension NearestWords {
  /// Returns the distances of words to the nearest other word; words without another are left out.
  fileprivate func neighborDistances(of words: [Int]) throws -> [Int: Double] {
    guard !words.isEmpty else { return [:] }
    let rows = try Tensor.concatenated(words.map { try embedding.rows($0..<$0 + 1) })
    let near = try self.words(near: rows, count: 2)
    return Dictionary(
      uniqueKeysWithValues: zip(words, near).compactMap { word, near in
        near.first { $0.id != word }.map { (word, $0.distance) }
      })
  }

  /// The length of each candidate.
  fileprivate var candidateLengths: [Double] {
    let width = embedding.shape.dimensions[1]
    return embedding.withFloats { floats in
      candidates.map { word in
        floats[word * width..<(word + 1) * width].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
    }
  }
}
