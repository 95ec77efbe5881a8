import PromptLensEvaluation
import PromptLensTensors

/// A comparison of a context's distances to its nearest words with known kinds of distance, to tell whether the words
/// carry meaning.
///
/// Let r be a vector's l2 distance to its nearest word. It is compared with
/// - the distances of random vectors of exactly its length to their nearest words: nearness by chance;
/// - those of mixtures, means of three random words, scaled to its length: nearness of whatever lies where words lie
///   without being one;
/// - the distances of real words to their own nearest neighbors: nearness among words;
/// - the distances of the initial context, if it is known: the effect of training.
///
/// Each vector has a probability by either null, with Holm's correction for the number of vectors. Of n random vectors
/// some are close by chance: the probability of at least the number found, if each is close with probability 1 −
/// ``WordVerdict/threshold``, is the upper tail of the binomial distribution. Equal vectors count once in it.
package struct ContextControls: Sendable {
  /// The comparison of each vector, in the context's order.
  package private(set) var vectors: [VectorControl]
  /// The number of vectors that probabilities are corrected for.
  package private(set) var correctedCount: Int
  /// The effective rank of each context.
  package let effectiveRanks: [Double]
  /// The median length of words.
  package let medianWordNorm: Double
  /// The distances between words and their nearest neighbors.
  package let wordNeighbors: Sample
  /// The number of random vectors, and of mixtures, that each was compared with.
  package let randomCount: Int
  /// A Boolean value that indicates whether every vector is the mean word, within rounding.
  package let isMeanWord: Bool
  /// The indices of the first of equal vectors.
  private let distinct: [Int]

  /// The most words whose neighbors are looked for.
  private static let wordSampleCount = 2000
  /// The number of words in a mixture.
  package static let mixtureSize = 3

  /// Compares a context with its controls.
  ///
  /// - Parameters:
  ///   - words: the words, by ``WordMetric/l2``.
  ///   - vectors: the context, `[M, width]`, or several, `[K · M, width]`.
  ///   - length: M.
  ///   - initial: the context that training began with, of the same shape; `nil` if it isn't known.
  ///   - lens: the lens that vectors of a deeper layer are read through, as are the random ones, and means of its words'
  ///     states for mixtures; `nil` for vectors among token embeddings.
  ///   - kind: the kind of a vocabulary entry.
  ///   - randomCount: the number of random vectors and of mixtures. 16,000 show the probability of one of 16 vectors,
  ///     corrected, to 0.001.
  ///   - seed: the seed of the random vectors, and of the sample of words.
  /// - Throws: `TensorError` if shapes don't match.
  package init(
    words: NearestWords, vectors: Tensor, length: Int, initial: Tensor? = nil, lens: WordLens? = nil,
    kind: (Int) -> EntryKind, randomCount: Int = 16_000, seed: UInt64 = 1
  ) throws {
    if let initial, initial.shape.dimensions != vectors.shape.dimensions {
      throw TensorError.shapeMismatch(
        operation: "controls", name: "the initial context", expected: vectors.shape.dimensions,
        found: initial.shape.dimensions)
    }
    let read = try lens?.read(vectors) ?? vectors
    let near = try words.words(near: read, count: 2)
    let nearest = near.compactMap(\.first)
    let before =
      try initial.map { try words.words(near: lens?.read($0) ?? $0, count: 1).compactMap(\.first) } ?? []
    let (own, rows) = (VectorRows(vectors), VectorRows(read))
    let start = initial.map(VectorRows.init)
    var draws = SplitMix64(seed: seed)
    let sampled = Array(words.candidates.shuffled(using: &draws).prefix(Self.wordSampleCount))
    let wordNeighbors = Sample(try words.neighborDistances(of: sampled))
    let wordNorms = words.candidateLengths.sorted()
    let medianWordNorm = wordNorms.isEmpty ? 0 : wordNorms[wordNorms.count / 2]

    let null = NearnessNull(words, offset: lens?.offset ?? [])
    let queries =
      nearest.indices.map { NearnessNull.Query(length: own.lengths[$0], distance: nearest[$0].distance) }
      + before.indices.map { NearnessNull.Query(length: start?.lengths[$0] ?? 0, distance: before[$0].distance) }
    let directions = draws.directions(randomCount, width: rows.width)
    let random = try null.compare(queries, with: lens?.turn(directions) ?? directions)
    let mixtures =
      try lens.map { try $0.turn($0.mixtures(randomCount, of: Self.mixtureSize, &draws)) }
      ?? words.mixtures(randomCount, of: Self.mixtureSize, &draws)
    let mixed = try null.compare(queries, with: mixtures)
    func tests(_ found: [NearnessNull.Comparison]) -> [NearnessTest] {
      let found = found.prefix(nearest.count)
      return zip(found, HolmCorrection.corrected(found.map(\.p))).map {
        NearnessTest(certainty: $0.certainty, p: $0.p, correctedP: $1)
      }
    }
    let (randomTests, mixtureTests) = (tests(random), tests(mixed))
    let mean = words.embedding.meanRow.map(Double.init)
    let meanDistances = rows.distances(to: mean)
    let sample = Sample(before.map(\.distance))

    self.vectors = nearest.indices.map { index in
      let (distance, id) = (nearest[index].distance, nearest[index].id)
      let word = words.row(id)
      return VectorControl(
        nearest: nearest[index], margin: near[index].count > 1 ? near[index][1].distance - distance : nil,
        kind: kind(id), explained: rows.squaredCosine(index, word),
        normRatio: medianWordNorm > 0 ? rows.lengths[index] / medianWordNorm : 0, random: randomTests[index],
        mixtures: mixtureTests[index], isNearerToMeanWord: meanDistances[index] < distance,
        randomZScore: random[index].zScore(of: distance), wordZScore: wordNeighbors.zScore(of: distance),
        shareOfWordsFarther: wordNeighbors.shareAbove(distance),
        isEntry: distance <= WordVerdict.rounding * word.reduce(0) { $0 + $1 * $1 }.squareRoot(),
        initial: start.map { start in
          VectorControl.Initial(
            distance: before[index].distance, zScore: sample.zScore(of: distance),
            moved: own.distance(index, toRow: index, of: start), keepsWord: before[index].id == id,
            certainty: random[nearest.count + index].certainty)
        })
    }
    correctedCount = nearest.count
    effectiveRanks = own.contexts(of: length).map { EffectiveRank.of($0, width: own.width) }
    isMeanWord = zip(meanDistances, rows.lengths).allSatisfy { $0 <= WordVerdict.rounding * $1 } && !nearest.isEmpty
    distinct = own.distinct
    self.medianWordNorm = medianWordNorm
    self.wordNeighbors = wordNeighbors
    self.randomCount = randomCount
  }

  // MARK: - The whole context

  /// The number of different vectors.
  package var distinctCount: Int { distinct.count }
  /// The number of different vectors that are nearer to a word than 95 % of random ones.
  package var closeCount: Int { distinct.count { vectors[$0].isNear } }
  /// The number of different vectors that are nearer to a word than 95 % of random ones and of mixtures.
  package var closeAmongMixtures: Int { distinct.count { vectors[$0].isNearAmongMixtures } }
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

  /// The smallest corrected probability that this many random vectors can show.
  package var smallestProbability: Double { min(Double(correctedCount) / Double(randomCount + 1), 1) }

  /// Corrects the vectors' probabilities for all vectors of several layers together.
  ///
  /// - Parameter layers: the comparisons of the layers.
  /// - Returns: the same with other ``NearnessTest/correctedP``.
  package static func corrected(together layers: [ContextControls]) -> [ContextControls] {
    let random = HolmCorrection.corrected(layers.flatMap { $0.vectors.map(\.random.p) })
    let mixtures = HolmCorrection.corrected(layers.flatMap { $0.vectors.map(\.mixtures.p) })
    var result = layers
    var next = 0
    for layer in result.indices {
      result[layer].correctedCount = random.count
      for index in result[layer].vectors.indices {
        result[layer].vectors[index].random.correctedP = random[next]
        result[layer].vectors[index].mixtures.correctedP = mixtures[next]
        next += 1
      }
    }
    return result
  }

  /// The conclusion about the whole context.
  package var verdict: Verdict {
    if isMeanWord { return .meanWord }
    if !vectors.isEmpty, vectors.allSatisfy(\.isEntry) { return .entries }
    guard chanceProbability < WordVerdict.level else { return .chance }
    return mixtureProbability < WordVerdict.level ? .closer : .position
  }

  /// The conclusion about a context's nearest words.
  package enum Verdict: String, Sendable {
    /// Every vector equals a vocabulary entry.
    case entries
    /// Every vector is the mean of all words.
    case meanWord = "mean-word"
    /// More vectors are near words than by chance, and than if they were mixtures of words.
    case closer
    /// More vectors are near words than by chance, as mixtures of words are.
    case position
    /// The vectors aren't shown to be nearer to words than by chance.
    case chance
  }
}

/// The rows of a matrix of vectors, in f64 where they are compared.
private struct VectorRows {
  let floats: [Float]
  let width: Int
  let lengths: [Double]

  init(_ matrix: Tensor) {
    let width = max(matrix.shape.dimensions[1], 1)
    let floats = matrix.floats()
    self.floats = floats
    self.width = width
    lengths = stride(from: 0, to: floats.count, by: width).map { start in
      floats[start..<start + width].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }

  func row(_ index: Int) -> ArraySlice<Float> { floats[index * width..<(index + 1) * width] }

  func distance(_ index: Int, toRow other: Int, of rows: VectorRows) -> Double {
    zip(row(index), rows.row(other)).reduce(0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }.squareRoot()
  }

  /// Returns the distance of each row to a vector.
  func distances(to vector: [Double]) -> [Double] {
    lengths.indices.map { index in
      zip(row(index), vector).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }.squareRoot()
    }
  }

  /// Returns the squared cosine of a row with a vector; 0 if one of them is zeros.
  func squaredCosine(_ index: Int, _ vector: [Double]) -> Double {
    let product = zip(row(index), vector).reduce(0) { $0 + Double($1.0) * $1.1 }
    let size = lengths[index] * lengths[index] * vector.reduce(0) { $0 + $1 * $1 }
    return size > 0 ? min(product * product / size, 1) : 0
  }

  /// Returns the floats of each context of `length` rows.
  func contexts(of length: Int) -> [ArraySlice<Float>] {
    stride(from: 0, to: floats.count, by: max(length * width, 1)).map {
      floats[$0..<min($0 + length * width, floats.count)]
    }
  }

  /// The indices of rows without an equal one before them.
  var distinct: [Int] {
    var seen = Set<[Float]>()
    return lengths.indices.filter { seen.insert(Array(row($0))).inserted }
  }
}

extension SplitMix64 {
  /// Returns uniform directions, unit rows.
  fileprivate mutating func directions(_ count: Int, width: Int) -> [Float] {
    (0..<count).flatMap { _ in vector(width: width, length: 1) }
  }
}

extension WordLens {
  /// Returns means of states of random words, scaled to length one.
  fileprivate func mixtures(_ count: Int, of size: Int, _ draws: inout SplitMix64) -> [Float] {
    let width = offset.count
    var result: [Float] = []
    result.reserveCapacity(count * width)
    for _ in 0..<count {
      var sum = [Double](repeating: 0, count: width)
      for _ in 0..<size {
        let state = Int.random(in: 0..<max(fitted, 1), using: &draws)
        for column in 0..<width { sum[column] += Double(states[state * width + column]) }
      }
      result += sum.unit.map { Float($0) }
    }
    return result
  }
}

extension NearestWords {
  /// Returns a word's vector.
  fileprivate func row(_ id: Int) -> [Double] { blocks.vectors(of: [id]).floats.map(Double.init) }

  /// Returns means of random words, scaled to length one.
  fileprivate func mixtures(_ count: Int, of size: Int, _ draws: inout SplitMix64) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(count * width)
    for mixture in 0..<count {
      if mixture * size % WordBlocks.rowsAtOnce < size { embedding.releasePages() }
      let words = (0..<size).map { _ in candidates.randomElement(using: &draws) ?? 0 }
      let rows = blocks.vectors(of: words)
      var sum = [Double](repeating: 0, count: width)
      for row in words.indices { for column in 0..<width { sum[column] += Double(rows.pointer[row * width + column]) } }
      result += sum.unit.map { Float($0) }
    }
    embedding.releasePages()
    return result
  }

  /// Returns the distances of words to the nearest other word; words without another are left out.
  fileprivate func neighborDistances(of words: [Int]) throws -> [Double] {
    guard !words.isEmpty else { return [] }
    let rows = try Tensor(blocks.vectors(of: words), shape: [words.count, width], name: "token embedding")
    embedding.releasePages()
    let near = try self.words(near: rows, count: 2)
    return zip(words, near).compactMap { word, near in near.first { $0.id != word }?.distance }
  }

  /// The length of each candidate.
  fileprivate var candidateLengths: [Double] {
    var lengths: [Double] = []
    lengths.reserveCapacity(candidates.count)
    embedding.forEachRow { id, word in
      guard lengths.count < candidates.count, candidates[lengths.count] == id else { return }
      lengths.append(word.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
    return lengths
  }
}
