import PromptLensCLIP
import PromptLensInterpretation
import PromptLensTensors
import Testing

@Suite("Words of deeper layers")
struct WordLensTests {
  private let tower: SmallTower
  private let words: NearestWords
  private let candidates: [Int]
  private let prompt: [PromptElement]

  init() throws {
    tower = try SmallTower()
    words = try NearestWords(embedding: tower.embedding)
    candidates = (0..<tower.tokenizer.count).filter { [tower] in !tower.tokenizer.isSpecial($0) }
    prompt = try tower.assembly(length: 2).prompts[0]
  }

  private func lenses(_ depths: [Int]) throws -> [WordLens] {
    try WordLens.fitted(
      to: depths, of: tower.encoder, prompt: prompt, drawing: candidates, words: words, seed: 5)
  }

  /// Returns the states of real words in the prompt's places after some layers.
  private func states(_ ids: [Int], after depth: Int) throws -> Tensor {
    var rows: [Float] = []
    for id in ids {
      var written = prompt
      written[1] = .token(Int32(id))
      written[2] = .token(Int32(id))
      rows += try tower.encoder.trace(written).state(after: depth, at: 2)
    }
    return try Tensor(rows, shape: [ids.count, SmallTower.width])
  }

  @Test("before the first layer the lens recovers every word, and a deeper one fewer")
  func fit() throws {
    let lenses = try lenses([0, 2])
    #expect(lenses.map(\.depth) == [0, 2] && lenses[0].fitted >= 4 * SmallTower.width)
    #expect(lenses[0].recovered == 1 && (lenses[0].explained ?? 0) > 0.9)
    #expect(lenses[1].recovered <= 1 && (lenses[1].explained ?? 1) < 1)
    let ids = Array(candidates.suffix(6))
    let read = try words.words(near: lenses[0].read(states(ids, after: 0)), count: 1)
    #expect(read.map { $0.first?.id } == ids)
  }

  @Test("through the lens, states of words are near words, and random states of their lengths are not")
  func controls() throws {
    let lens = try lenses([1])[0]
    func controls(_ states: Tensor) throws -> ContextControls {
      try ContextControls(
        words: words, vectors: states, length: states.shape.dimensions[0], lens: lens, kind: { _ in .word },
        randomCount: 2000, seed: 3)
    }
    let ids = Array(candidates.suffix(8))
    let real = try states(ids, after: 1)
    let near = try controls(real)
    #expect(near.closeCount >= 6 && near.chanceProbability < 0.01)
    var draws = SplitMix64(seed: 8)
    let floats = real.floats()
    let random = (0..<8).flatMap { row -> [Float] in
      let square = floats[row * SmallTower.width..<(row + 1) * SmallTower.width].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      return draws.vector(width: SmallTower.width, length: square.squareRoot())
    }
    let far = try controls(Tensor(random, shape: [8, SmallTower.width]))
    #expect(far.verdict == .chance && far.vectors.allSatisfy { $0.verdict == .chance })
    // Random states are evenly distributed among the random states that they are compared with.
    let mean = far.vectors.reduce(0) { $0 + $1.random.certainty } / 8
    #expect((0.1...0.9).contains(mean))
  }

  @Test("probabilities of single vectors are corrected for the vectors of all layers")
  func joint() throws {
    let lens = try lenses([1])[0]
    let single = try ContextControls(
      words: words, vectors: states(Array(candidates.suffix(4)), after: 1), length: 4, lens: lens,
      kind: { _ in .word }, randomCount: 500)
    let joint = LayerControls([single, single])
    #expect(joint.layers[0].correctedCount == 8 && joint.distinctCount == 8)
    #expect(joint.closeCount == 2 * single.closeCount)
    #expect(joint.layers[1].smallestProbability == 2 * single.smallestProbability)
    for (one, both) in zip(single.vectors, joint.layers[0].vectors) {
      #expect(one.random.p == both.random.p && both.random.correctedP >= one.random.correctedP)
    }
  }
}
