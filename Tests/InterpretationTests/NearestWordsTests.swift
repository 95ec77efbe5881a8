import PromptLensInterpretation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Nearest words")
struct NearestWordsTests {
  @Test("every metric finds the words of a full search", arguments: WordMetric.allCases)
  func fullSearch(metric: WordMetric) throws {
    let (words, width, vectors) = (5000, 24, 150)
    let embedding = randomFloats(words * width, seed: 1)
    let context = randomFloats(vectors * width, seed: 2)
    let found = try NearestWords(embedding: Tensor(embedding, shape: [words, width]), metric: metric)
      .words(near: Tensor(context, shape: [vectors, width]), count: 4)
    for vector in stride(from: 0, to: vectors, by: 13) {
      let v = context[vector * width..<(vector + 1) * width].map(Double.init)
      let distances = (0..<words).map { word -> Double in
        let w = embedding[word * width..<(word + 1) * width].map(Double.init)
        let dot = zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
        func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        switch metric {
        case .l2: return zip(v, w).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        case .cosine: return 1 - dot / length(v) / length(w)
        case .dot: return -dot
        }
      }
      let expected = (0..<words).sorted { distances[$0] < distances[$1] }.prefix(4)
      #expect(found[vector].map(\.id) == Array(expected))
      #expect(zip(found[vector], expected).allSatisfy { abs($0.distance - distances[$1]) < 1e-9 })
    }
  }

  @Test(
    "a table that is too large to be kept has the same words, in every element type", arguments: WordMetric.allCases,
    [DType.float32, .float16, .bfloat16])
  func large(metric: WordMetric, dtype: DType) throws {
    let (words, width, vectors) = (9000, 20, 600)
    let embedding = try Tensor(randomFloats(words * width, seed: 3), shape: [words, width]).converted(to: dtype)
    let asked = try Tensor(randomFloats(vectors * width, seed: 4), shape: [vectors, width])
    for isCentered in [false, true] {
      func index(_ embedding: Tensor, _ largestKept: Int) throws -> NearestWords {
        try NearestWords(
          embedding: embedding, metric: metric, isCentered: isCentered, largestKept: largestKept, where: { $0 % 7 != 0 }
        )
      }
      let kept = try index(embedding.converted(to: .float32), 1 << 30).words(near: asked, count: 3)
      #expect(try index(embedding, 0).words(near: asked, count: 3) == kept)
      #expect(try index(embedding, 1 << 30).words(near: asked, count: 3) == kept)
    }
  }

  @Test("a vector that is a word is at distance zero from it, and of equal words the first comes first")
  func exact() throws {
    let embedding = try Tensor([1, 0, 0, 1, 0, 1, 5, 5], shape: [4, 2])
    let found = try NearestWords(embedding: embedding).words(
      near: Tensor([0, 1], shape: [1, 2]), count: 3)
    #expect(found[0].map(\.id) == [1, 2, 0])
    #expect(found[0][0].distance == 0)
  }

  @Test("words that aren't candidates are never returned")
  func filter() throws {
    let embedding = try Tensor([1, 0, 0, 1, 0.9, 0], shape: [3, 2])
    let found = try NearestWords(embedding: embedding, where: { $0 != 0 }).words(
      near: Tensor([1, 0], shape: [1, 2]), count: 5)
    #expect(found[0].map(\.id) == [2, 1])
  }

  @Test("centering subtracts the words' mean from words and vectors: cosines change, l2 distances don't")
  func centering() throws {
    // The mean is (10, 0): the remainders of the words are the four directions.
    let embedding = try Tensor([11, 0, 9, 0, 10, 1, 10, -1], shape: [4, 2])
    let vector = try Tensor([10, 0.5], shape: [1, 2])
    let cosine = try NearestWords(embedding: embedding, metric: .cosine, isCentered: true).words(near: vector, count: 1)
    #expect(cosine == [[WordNeighbor(id: 2, distance: 0)]])
    for isCentered in [false, true] {
      let l2 = try NearestWords(embedding: embedding, isCentered: isCentered).words(near: vector, count: 1)
      #expect(l2 == [[WordNeighbor(id: 2, distance: 0.5)]])
    }
    let raw = try NearestWords(embedding: embedding, metric: .cosine).words(near: vector, count: 4)
    #expect(raw[0].allSatisfy { $0.distance < 0.02 })
  }

  @Test("a context of another width is refused with its shape")
  func width() throws {
    let index = try NearestWords(embedding: Tensor([1, 0, 0, 1], shape: [2, 2]))
    #expect(throws: TensorError.self) { try index.words(near: Tensor([1], shape: [1, 1]), count: 1) }
  }
}
