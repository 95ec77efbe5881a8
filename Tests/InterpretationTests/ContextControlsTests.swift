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
      initial: initial.map(matrix), randomCount: 400, seed: seed)
  }

  private func word(_ id: Int) -> ArraySlice<Float> { Self.table[id * Self.width..<(id + 1) * Self.width] }

  @Test("a context of real words is certain, and each vector is its word")
  func words() throws {
    let ids = [17, 2999, 0, 1204]
    let found = try controls(ids.flatMap(word))
    #expect(found.vectors.map(\.nearest.id) == ids)
    #expect(found.vectors.allSatisfy { $0.certainty == 1 && $0.verdict == .word && $0.nearest.distance == 0 })
    #expect(found.vectors.allSatisfy { ($0.randomZScore ?? 0) < -4 && ($0.wordZScore ?? 0) < -4 })
    #expect(found.closeCount == 4 && found.chanceProbability < 1e-5)
    #expect(found.verdict == .words)
  }

  @Test("words that are moved a little are close, and aren't the words themselves when they are moved far")
  func movedWords() throws {
    let near = zip([5, 6].flatMap(word), randomFloats(64, in: -0.05...0.05, seed: 2)).map { $0 + $1 }
    #expect(try controls(near).vectors.allSatisfy { $0.verdict == .word })
    let farther = zip([5, 6].flatMap(word), randomFloats(64, in: -0.6...0.6, seed: 3)).map { $0 + $1 }
    let found = try controls(farther)
    #expect(found.vectors.map(\.nearest.id) == [5, 6])
    for vector in found.vectors {
      #expect(vector.verdict.isClose && vector.verdict != .word)
    }
  }

  @Test("a random context is called random, and its certainties are evenly distributed")
  func random() throws {
    var generator = SplitMix64(seed: 40)
    // Sums of twelve even numbers are nearly normal, so directions are nearly even.
    let vectors = (0..<200 * Self.width).map { _ in
      (0..<12).reduce(Float(0)) { sum, _ in sum + Float.random(in: -0.5...0.5, using: &generator) }
    }
    let found = try controls(vectors)
    #expect(found.chanceProbability > 0.01)
    #expect(found.verdict == .chance)
    #expect(!found.vectors.contains { $0.verdict == .word })
    #expect(abs(Sample(found.vectors.map(\.certainty)).mean - 0.5) < 0.1)
    #expect(abs(Sample(found.vectors.compactMap(\.randomZScore)).mean) < 0.25)
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
    #expect(throws: TensorError.self) { try controls(Array(word(3)), initial: before) }
  }

  @Test("a vector of zeros isn't closer than chance")
  func zero() throws {
    let found = try controls([Float](repeating: 0, count: Self.width))
    #expect(found.vectors[0].verdict == .chance(0) && found.vectors[0].randomZScore == nil)
    #expect(found.effectiveRanks == [0])
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
