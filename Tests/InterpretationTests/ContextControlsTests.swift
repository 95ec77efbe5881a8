import PromptLensEvaluation
import PromptLensInterpretation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Controls")
struct ContextControlsTests {
  private static let (count, width) = (3000, 32)
  private static let table = randomFloats(count * width, seed: 1)

  private func controls(_ vectors: [Float], initial: [Float]? = nil, seed: UInt64 = 1) throws -> ContextControls {
    let width = Self.width
    func matrix(_ floats: [Float]) throws -> Tensor { try Tensor(floats, shape: [floats.count / width, width]) }
    return try ContextControls(
      words: NearestWords(embedding: matrix(Self.table)), vectors: matrix(vectors), length: vectors.count / width,
      initial: initial.map(matrix), kind: { $0 == 0 ? .special : .word }, randomCount: 1000, seed: seed)
  }

  private func word(_ id: Int) -> ArraySlice<Float> { Self.table[id * Self.width..<(id + 1) * Self.width] }

  /// Returns means of three words each.
  private func mixtures(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).flatMap { _ -> [Float] in
      let words = (0..<3).map { _ in Array(word(Int.random(in: 0..<Self.count, using: &generator))) }
      return (0..<Self.width).map { (words[0][$0] + words[1][$0] + words[2][$0]) / 3 }
    }
  }

  @Test("vectors that equal entries have the verdict for entries, with the entries' kinds")
  func words() throws {
    let ids = [17, 2999, 0, 1204]
    let found = try controls(ids.flatMap(word))
    #expect(found.vectors.map(\.nearest.id) == ids && found.verdict == .entries)
    for vector in found.vectors {
      #expect(vector.isEntry && vector.verdict == .word && vector.nearest.distance == 0)
      #expect(vector.random.certainty == 1 && abs(vector.explained - 1) < 1e-6)
      #expect((vector.randomZScore ?? 0) < -4 && (vector.wordZScore ?? 0) < -4)
    }
    #expect(found.vectors.map(\.kind) == [.word, .word, .special, .word])
    #expect(found.closeCount == 4 && found.chanceProbability < 1e-5)
  }

  @Test("a vector equals an entry up to the rounding of half precision, and no farther")
  func rounding() throws {
    let halves = [5, 6].flatMap { word($0).map { Float(Float16($0)) } }
    #expect(try controls(halves).vectors.allSatisfy { $0.isEntry && $0.nearest.distance > 0 })
    let near = zip([5, 6].flatMap(word), randomFloats(64, in: -0.05...0.05, seed: 2)).map { $0 + $1 }
    let found = try controls(near)
    #expect(found.vectors.map(\.nearest.id) == [5, 6] && found.verdict == .closer)
    for vector in found.vectors {
      #expect(!vector.isEntry && vector.verdict == .closer && vector.explained > 0.9 && vector.explained < 1)
    }
  }

  @Test("a random context isn't shown to be near words, and its certainties are evenly distributed")
  func random() throws {
    var generator = SplitMix64(seed: 40)
    let vectors = (0..<200).flatMap { _ in generator.vector(width: Self.width, length: 3.3) }
    let found = try controls(vectors)
    #expect(found.verdict == .chance && found.chanceProbability > 0.01)
    #expect(!found.vectors.contains { $0.isEntry } && found.vectors.count { $0.verdict == .chance } > 195)
    #expect(abs(Sample(found.vectors.map(\.random.certainty)).mean - 0.5) < 0.1)
    #expect(abs(Sample(found.vectors.compactMap(\.randomZScore)).mean) < 0.25)
  }

  @Test("mixtures of words are nearer than random vectors, but not judged to be near words")
  func mixtures() throws {
    let found = try controls(mixtures(60, seed: 8))
    #expect(found.chanceProbability < 0.01 && found.mixtureProbability > 0.01 && found.verdict == .position)
    #expect(abs(Sample(found.vectors.map(\.mixtures.certainty)).mean - 0.5) < 0.15)
    #expect(found.vectors.count { $0.verdict == .closer } <= 1)
  }

  @Test("a near vector among random ones is found by itself, whatever the group's test says")
  func single() throws {
    var generator = SplitMix64(seed: 41)
    let random = (0..<15).flatMap { _ in generator.vector(width: Self.width, length: 3.3) }
    let near = zip(word(5), randomFloats(32, in: -0.3...0.3, seed: 2)).map { $0 + $1 }
    let found = try controls(random + near)
    // With 1,000 random vectors the smallest corrected probability of 16 is 0.016: none can be shown.
    #expect(abs(found.smallestProbability - 16.0 / 1001) < 1e-9)
    #expect(found.vectors[15].random.p < 0.002 && found.vectors[15].verdict == .chance)
    let width = Self.width
    let more = try ContextControls(
      words: NearestWords(embedding: Tensor(Self.table, shape: [Self.count, width])),
      vectors: Tensor(random + near, shape: [16, width]), length: 16, kind: { _ in .word })
    #expect(more.vectors[15].verdict == .closer && more.vectors[15].random.correctedP < 0.001)
  }

  @Test("controls are the same where the table is too large to be kept, and f16")
  func largeTable() throws {
    let (count, width) = (Self.count, Self.width)
    let table = try Tensor(Self.table, shape: [count, width]).converted(to: .float16)
    var generator = SplitMix64(seed: 6)
    let vectors = try Tensor(
      [0.2, 1.7, 3.1, 9].flatMap { generator.vector(width: width, length: $0) }, shape: [4, width])
    let found = try [0, 1 << 30].map { largest in
      try ContextControls(
        words: NearestWords(embedding: table, largestKept: largest), vectors: vectors, length: 4, kind: { _ in .word },
        randomCount: 1500, seed: 5)
    }
    for (one, other) in zip(found[0].vectors, found[1].vectors) {
      #expect(one.nearest == other.nearest && one.random == other.random && one.mixtures == other.mixtures)
      #expect(one.randomZScore == other.randomZScore && one.wordZScore == other.wordZScore)
    }
    #expect(found[0].wordNeighbors == found[1].wordNeighbors && found[0].medianWordNorm == found[1].medianWordNorm)
  }

  @Test("distances of directions at exact lengths are those of a search at each length")
  func exactLengths() throws {
    let width = Self.width
    let words = try NearestWords(embedding: Tensor(Self.table, shape: [Self.count, width]))
    var generator = SplitMix64(seed: 3)
    let lengths = [0.2, 1.7, 3.1, 3.100_001, 9]
    let vectors = lengths.flatMap { generator.vector(width: width, length: $0) }
    let found = try ContextControls(
      words: words, vectors: Tensor(vectors, shape: [5, width]), length: 5, kind: { _ in .word }, randomCount: 300,
      seed: 5)
    // The same draws, by the search: first the sample of words is shuffled.
    var draws = SplitMix64(seed: 5)
    _ = Array(0..<Self.count).shuffled(using: &draws)
    let directions = (0..<300).flatMap { _ in draws.vector(width: width, length: 1) }
    for (index, length) in lengths.enumerated() {
      let scaled = try Tensor(directions.map { $0 * Float(length) }, shape: [300, width])
      let distances = try words.words(near: scaled, count: 1).map { $0[0].distance }
      let nearest = found.vectors[index].nearest.distance
      #expect(
        distances.count { $0 > nearest * (1 + 1e-6) } == Int((found.vectors[index].random.certainty * 300).rounded()))
      let sample = Sample(distances)
      #expect(abs((sample.zScore(of: nearest) ?? 0) - (found.vectors[index].randomZScore ?? 9)) < 1e-3)
    }
  }

  @Test("a context of mean words has the verdict for the mean word, and equal vectors count once")
  func meanWord() throws {
    let mean = try Tensor(Self.table, shape: [Self.count, Self.width]).meanRow
    let found = try controls((0..<4).flatMap { _ in mean })
    #expect(found.verdict == .meanWord && found.distinctCount == 1 && found.closeCount <= 1)
    #expect(found.vectors.allSatisfy { $0.isNearerToMeanWord && $0.verdict != .closer && $0.verdict != .word })
  }

  @Test("the lengths are compared with the words' median, and the same seed gives the same numbers")
  func normsAndSeed() throws {
    let doubled = word(8).map { 2 * $0 }
    let one = try controls(doubled + word(8))
    #expect(abs(one.vectors[0].normRatio / one.vectors[1].normRatio - 2) < 1e-6)
    #expect(abs(one.vectors[1].normRatio - 1) < 0.3)
    #expect(abs(one.effectiveRanks[0] - 1) < 1e-6)
    #expect(try controls(doubled + word(8)).vectors.map(\.randomZScore) == one.vectors.map(\.randomZScore))
    #expect(try controls(doubled + word(8), seed: 2).vectors[0].randomZScore != one.vectors[0].randomZScore)
  }

  @Test("the comparison with the initial context tells how far each vector moved, and whether its word changed")
  func initial() throws {
    let before = Array([3, 4].flatMap(word))
    let found = try controls(Array(word(3)) + word(9), initial: before)
    #expect(found.vectors.map { $0.initial?.keepsWord } == [true, false])
    #expect(found.vectors[0].initial?.moved == 0 && (found.vectors[1].initial?.moved ?? 0) > 1)
    #expect(found.vectors.allSatisfy { $0.initial?.certainty == 1 })
    #expect(throws: TensorError.self) { try controls(Array(word(3)), initial: before) }
  }

  @Test("a vector of zeros isn't closer than chance")
  func zero() throws {
    let found = try controls([Float](repeating: 0, count: Self.width))
    #expect(found.vectors[0].verdict == .chance && found.vectors[0].randomZScore == nil)
    #expect(found.vectors[0].random.certainty == 0 && found.effectiveRanks == [0])
  }

  @Test("Holm's correction follows his procedure, and the binomial tail agrees with tosses of a fair coin")
  func corrections() {
    let corrected = HolmCorrection.corrected([0.04, 0.001, 0.03, 0.9])
    for (found, expected) in zip(corrected, [0.09, 0.004, 0.09, 0.9]) { #expect(abs(found - expected) < 1e-12) }
    #expect(abs(BinomialTail.probability(ofAtLeast: 3, of: 4, share: 0.5) - 5.0 / 16) < 1e-12)
    #expect(BinomialTail.probability(ofAtLeast: 0, of: 4, share: 0.1) == 1)
  }

  @Test("each word of a class-specific context is counted once for each class, and only shared ones are listed")
  func shared() {
    func list(_ ids: Int...) -> [WordNeighbor] { ids.map { WordNeighbor(id: $0, distance: 1) } }
    let words = [list(1, 2), list(1, 3), list(2, 1), list(4, 2), list(2, 9), list(5, 9)]
    let found = SharedWord.all(in: words, length: 2)
    #expect(found.map(\.id) == [2, 1])
    #expect(found.map(\.classes) == [[0, 1, 2], [0, 1]])
    #expect(found.map(\.nearestCount) == [2, 2])
  }
}
