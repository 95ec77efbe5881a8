import PromptLensInterpretation
import TestSupport
import PromptLensTensors
import Testing

/// A measure that depends only on the positions that still hold their own vectors.
private struct Game: ContextMeasure {
  let whole: ContextMatrix
  let worth: (Set<Int>) -> Double

  func worth(_ count: Int, of context: (Int) -> ContextMatrix) -> [Double] {
    (0..<count).map { index in
      let changed = context(index)
      let width = whole.width
      let kept = (0..<whole.length).filter { position in
        position != changed.omitted
          && changed.vectors[position * width..<(position + 1) * width]
            == whole.vectors[position * width..<(position + 1) * width]
      }
      return worth(Set(kept))
    }
  }
}

@Suite("Ablation and Shapley values of games with known solutions")
struct AblationTests {
  private static let width = 3
  private static let meanWord: [Float] = [0.1, 0.2, 0.3]

  private func context(_ length: Int) throws -> ContextMatrix {
    try ContextMatrix(Tensor(randomFloats(length * Self.width, seed: 7), shape: [length, Self.width]))
  }

  @Test("additive positions get their own values from every method, without interactions")
  func additive() throws {
    let worths = [0.5, 0, 0.25, 0.125]
    let context = try context(4)
    let game = Game(whole: context) { $0.reduce(0) { $0 + worths[$1] } }
    let ablation = try Ablation(of: context, meanWord: Self.meanWord, measure: game)
    for replacement in Replacement.allCases { #expect(ablation.losses(replacement) == worths) }
    #expect(ablation.randomErrors == [0, 0, 0, 0])
    #expect(ablation.interactions.joined().allSatisfy { $0 == 0 })
    let shapley = try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 5, measure: game)
    #expect(shapley.values == worths && shapley.errors == [0, 0, 0, 0])
    #expect(shapley.nothing == 0 && shapley.everything == 0.875)
  }

  @Test("Shapley splits redundant positions equally, ablation misses both, and a dead vector gets nothing")
  func redundant() throws {
    let context = try context(3)
    let game = Game(whole: context) { $0.contains(0) || $0.contains(2) ? 1 : 0 }
    let ablation = try Ablation(of: context, meanWord: Self.meanWord, measure: game)
    #expect(ablation.losses(.mean) == [0, 0, 0])
    #expect(ablation.interactions == [[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    let shapley = try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 2000, measure: game)
    #expect(shapley.values[1] == 0 && shapley.errors[1] == 0)
    for position in [0, 2] {
      #expect(abs(shapley.values[position] - 0.5) < 4 * shapley.errors[position])
      #expect(abs(shapley.errors[position] - 0.5 / 2000.0.squareRoot()) < 1e-3)
    }
    #expect(abs(shapley.values.reduce(0, +) - 1) < 1e-12)
  }

  @Test("the loss of two complementary positions counts twice, so they interact below zero")
  func complementary() throws {
    let context = try context(2)
    let game = Game(whole: context) { $0.count == 2 ? 1 : 0 }
    let ablation = try Ablation(of: context, meanWord: Self.meanWord, measure: game)
    #expect(ablation.losses(.zero) == [1, 1])
    #expect(ablation.interactions[0][1] == -1)
  }

  @Test("shares sum to the accuracy that the context adds in any game, and depend on the seed alone")
  func efficiency() throws {
    let context = try context(6)
    let powers = Game(whole: context) { members in
      let code = members.sorted().reduce(0) { $0 | 1 << $1 }
      return Double(code * code % 97) / 97
    }
    let one = try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 7, measure: powers)
    #expect(abs(one.values.reduce(0, +) - (one.everything - one.nothing)) < 1e-12)
    #expect(try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 7, measure: powers) == one)
    #expect(try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 7, seed: 2, measure: powers) != one)
  }

  @Test("a position of a class-specific context is replaced in every class, and the others are unchanged")
  func classSpecific() throws {
    let context = try ContextMatrix(Tensor(randomFloats(2 * 3 * 2, seed: 1), shape: [2, 3, 2]))
    let words = try context.words([Int](repeating: 0, count: 6), of: Tensor([9, 8], shape: [1, 2]))
    let changed = context.replacing(with: words) { $0 == 1 }
    for row in 0..<6 {
      let found = Array(changed.vectors[row * 2..<row * 2 + 2])
      #expect(found == (row % 3 == 1 ? [9, 8] : Array(context.vectors[row * 2..<row * 2 + 2])))
    }
  }
}

@Suite("Nearest-word projection")
struct SnappingTests {
  /// A measure that is the mean of all numbers.
  private struct MeanWorth: ContextMeasure {
    func worth(_ count: Int, of context: (Int) -> ContextMatrix) -> [Double] {
      (0..<count).map { index in
        let vectors = context(index).vectors
        return Double(vectors.reduce(0, +)) / Double(vectors.count)
      }
    }
  }

  @Test("vectors become words one by one and all together, and the curve runs from the context to its words")
  func snapping() throws {
    let context = try ContextMatrix(Tensor([4, 4, 0, 0], shape: [2, 2]))
    let words = try context.words([1, 0], of: Tensor([1, 1, 2, 2], shape: [2, 2]))
    #expect(words.vectors == [2, 2, 1, 1])
    let found = try NearestWordProjection(of: context, words: words, steps: 4, measure: MeanWorth())
    #expect(found.accuracy == 2 && found.allTogether == 1.5)
    #expect(found.oneByOne == [1, 2.5])
    #expect(found.curve.map(\.share) == [0, 0.25, 0.5, 0.75, 1])
    #expect(found.curve.map(\.accuracy) == [2, 1.875, 1.75, 1.625, 1.5])
  }

  @Test("words of another number or width than the context's are refused")
  func mismatch() throws {
    let context = try ContextMatrix(Tensor([4, 4, 0, 0], shape: [2, 2]))
    #expect(throws: TensorError.self) { try context.words([0], of: Tensor([1, 1], shape: [1, 2])) }
    #expect(throws: TensorError.self) { try context.words([0, 0], of: Tensor([1], shape: [1, 1])) }
  }
}
