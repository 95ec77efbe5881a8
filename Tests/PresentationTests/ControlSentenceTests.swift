import PromptLensInterpretation
import PromptLensPresentation
import PromptLensTensors
import TestSupport
import Testing

@Suite("Sentences on nearest words")
struct ControlSentenceTests {
  private static let (count, width) = (400, 8)
  private static let table = randomFloats(count * width, seed: 1)

  private func controls(
    _ vectors: [Float], initial: [Float]? = nil, randomCount: Int = 4000, kind: EntryKind = .word
  ) throws -> ContextControls {
    let width = Self.width
    func matrix(_ floats: [Float]) throws -> Tensor { try Tensor(floats, shape: [floats.count / width, width]) }
    return try ContextControls(
      words: NearestWords(embedding: matrix(Self.table)), vectors: matrix(vectors), length: vectors.count / width,
      initial: initial.map(matrix), kind: { _ in kind }, randomCount: randomCount)
  }

  private func word(_ id: Int) -> [Float] { Array(Self.table[id * Self.width..<(id + 1) * Self.width]) }

  @Test("sentences for vectors that equal entries name their kinds and their beginning")
  func entries() throws {
    let vectors = word(3) + word(9)
    #expect(try controls(vectors).sentence == "Every vector equals a vocabulary entry.")
    let special = try controls(vectors, kind: .special)
    #expect(special.sentence == "Every vector equals a vocabulary entry: 2 special tokens and 0 words or word endings.")
    #expect(special.vectors[0].sentence == "equals this entry, a special token, not a word")
    #expect(try controls(vectors).vectors[0].sentence == "is the word, within rounding")
    let begun = try controls(vectors, initial: vectors)
    #expect(begun.sentence.contains("2 of 2 are nearest to the entry that they began nearest to"))
    #expect(begun.vectors[0].sentence.hasSuffix("the same entry as before learning"))
  }

  @Test(
    "A group that isn't shown to be near says so with its probability, and names the vectors that are near by themselves"
  )
  func single() throws {
    var generator = SplitMix64(seed: 4)
    let random = (0..<6).flatMap { _ in generator.vector(width: Self.width, length: 1.6) }
    let near = word(5).map { $0 * 1.02 }
    let found = try controls(random + near, randomCount: 8000)
    #expect(found.verdict == .chance && found.vectors[6].verdict == .closer)
    #expect(found.sentence.hasPrefix("As a group the vectors are not shown to be nearer to vocabulary entries"))
    #expect(found.sentence.contains("v7 is nearer than random vectors and than mixtures of 3 words (p < 0.0"))
    let sentence = found.vectors[6].sentence
    #expect(
      sentence.hasPrefix("nearest by a margin of ") && sentence.contains(", explains 100.00 %: nearer than random"))
    #expect(try #require(found.vectors[6].margin) > 0 && found.vectors[6].explained > 0.999)
    #expect(found.vectors[0].sentence.contains("not shown nearer than random vectors"))
    #expect(found.limitSentence.contains("8,000 random vectors"))
    let few = try controls(random + near, randomCount: 100)
    #expect(few.limitSentence.contains("too few for any conclusion"))
  }

  @Test("the mean of all words isn't reported as a word")
  func meanWord() throws {
    let mean = try Tensor(Self.table, shape: [Self.count, Self.width]).meanRow
    #expect(try controls(mean + mean).sentence == "Every vector is the mean of all words: none of them is at a word.")
  }
}
