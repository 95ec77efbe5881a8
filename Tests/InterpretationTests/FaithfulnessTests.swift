import PromptLensInterpretation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Ablation and Shapley values of games with known solutions")
struct AblationTests {
  private static let width = 3
  private static let meanWord: [Float] = [0.1, 0.2, 0.3]

  private func context(_ length: Int) throws -> ContextMatrix {
    try ContextMatrix(Tensor(randomFloats(length * Self.width, seed: 7), shape: [length, Self.width]))
  }

  private func near(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test(
    "additive positions get their own values from every method, without interactions", arguments: EffectUnit.allCases)
  func additive(unit: EffectUnit) throws {
    let factor: Double = unit == .accuracy ? 1 : 2
    let worths = [0.5, 0, 0.25, 0.125]
    let context = try context(4)
    let game = MeasuredNumbers.game(context) { $0.reduce(0) { $0 + worths[$1] } }
    let ablation = try Ablation(of: context, meanWord: Self.meanWord, measure: game)
    let expected = worths.map { factor * $0 }
    for replacement in Replacement.allCases {
      let losses = ablation.losses(replacement, unit)
      #expect(near(losses.map(\.value), expected))
      #expect(losses.allSatisfy { $0.interval.lowerBound == $0.value && $0.interval.upperBound == $0.value })
    }
    #expect(ablation.randomErrors[unit] == [0, 0, 0, 0])
    #expect(ablation.interactions(unit).joined().allSatisfy { $0 == 0 })
    #expect(ablation.added[unit].value == 0.875 * factor && ablation.meanWords[unit] == 0)
    let shapley = try ShapleyValues(of: context, meanWord: Self.meanWord, measure: game)
    #expect(near(shapley.shares[unit].map(\.value), expected) && shapley.orderErrors[unit] == [0, 0, 0, 0])
    #expect(shapley.nothing[unit] == 0 && shapley.everything[unit] == 0.875 * factor)
    #expect(shapley.permutations == nil && shapley.coalitions == 16)
  }

  @Test("Shapley splits redundant positions equally, ablation misses both, and a dead vector gets nothing")
  func redundant() throws {
    let context = try context(3)
    let game = MeasuredNumbers.game(context) { $0.contains(0) || $0.contains(2) ? 1 : 0 }
    let ablation = try Ablation(of: context, meanWord: Self.meanWord, measure: game)
    #expect(ablation.losses(.mean, .accuracy).map(\.value) == [0, 0, 0])
    #expect(ablation.interactions(.accuracy) == [[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    let shapley = try ShapleyValues(of: context, meanWord: Self.meanWord, measure: game)
    #expect(near(shapley.shares.accuracy.map(\.value), [0.5, 0, 0.5]))
  }

  @Test("beyond ten positions orders are drawn with their reverses, and intervals hold their standard error")
  func drawnOrders() throws {
    let context = try context(12)
    let game = MeasuredNumbers.game(context) { $0.isDisjoint(with: [0, 2, 4]) ? 0 : 1 }
    let shapley = try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 2000, measure: game)
    #expect(shapley.permutations == 2000)
    #expect(abs(shapley.shares.accuracy[1].value) < 1e-6 && shapley.orderErrors.accuracy[1] == 0)
    for position in [0, 2, 4] {
      let (share, error) = (shapley.shares.accuracy[position], shapley.orderErrors.accuracy[position])
      // Of three, a position is the first in an order or its reverse with a probability of 2/3; that makes a variance of
      // 1/18 a pair, where independent orders have 2/9 each.
      #expect(abs(share.value - 1.0 / 3) < 4 * error && abs(error - (1.0 / 18 / 1000).squareRoot()) < 1e-3)
      #expect(abs(share.interval.upperBound - share.value - 1.96 * error) < 1e-6)
    }
    #expect(abs(shapley.shares.accuracy.reduce(0) { $0 + $1.value } - 1) < 1e-5)
  }

  @Test("orders and their reverses are exact where positions interact in pairs")
  func reverses() throws {
    let context = try context(12)
    let game = MeasuredNumbers.game(context) { $0.contains(0) || $0.contains(2) ? 1 : 0 }
    for permutations in [2, 8, nil] {
      let shapley = try ShapleyValues(
        of: context, meanWord: Self.meanWord, permutations: permutations, measure: game)
      #expect(near(shapley.shares.accuracy.map(\.value), [0.5, 0, 0.5] + [Double](repeating: 0, count: 9)))
      #expect(shapley.permutations == permutations ?? ShapleyValues.firstOrders)
      // A pair alone counts as two independent orders.
      #expect(permutations == 2 || shapley.orderErrors.accuracy.allSatisfy { $0 < 1e-12 })
    }
  }

  @Test("without a number, orders are drawn until the images' error is larger, up to a limit")
  func enoughOrders() throws {
    let context = try context(12)
    let three: (Set<Int>) -> Double = { $0.isDisjoint(with: [0, 2, 4]) ? 0 : 1 }
    // A game without an error of the images ends at the limit.
    let exact = MeasuredNumbers.game(context, three)
    let most = try ShapleyValues(of: context, meanWord: Self.meanWord, measure: exact)
    #expect(most.permutations == ShapleyValues.orderLimit)
    #expect(
      most.coalitions <= ShapleyValues.contextCount(length: 12, permutations: nil, seed: 1) + 2 + 12 + 66)
    // Its number asked for gives the same.
    #expect(
      try ShapleyValues(
        of: context, meanWord: Self.meanWord, permutations: ShapleyValues.orderLimit, measure: exact) == most)
  }

  @Test("the loss of two complementary positions counts twice, so they interact below zero")
  func complementary() throws {
    let context = try context(2)
    let game = MeasuredNumbers.game(context) { $0.count == 2 ? 1 : 0 }
    let ablation = try Ablation(of: context, meanWord: Self.meanWord, measure: game)
    #expect(ablation.losses(.zero, .accuracy).map(\.value) == [1, 1])
    #expect(ablation.interaction(1, 0, .accuracy)?.value == -1 && ablation.interaction(1, 1, .accuracy) == nil)
  }

  @Test("shares sum to the context's added value in any game, and sampled shares depend on the seed alone")
  func efficiency() throws {
    for length in [6, 12] {
      let context = try context(length)
      let powers = MeasuredNumbers.game(context) { members in
        let code = members.reduce(0) { $0 | 1 << $1 }
        return Double(code * code % 97) / 97
      }
      func shapley(seed: UInt64) throws -> ShapleyValues {
        try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 7, seed: seed, measure: powers)
      }
      let one = try shapley(seed: 1)
      let sum = one.shares.accuracy.reduce(0) { $0 + $1.value }
      #expect(abs(sum - (one.everything.accuracy - one.nothing.accuracy)) < 1e-5)
      #expect(try shapley(seed: 1) == one)
      let isSame = try shapley(seed: 2).shares.accuracy.map(\.value) == one.shares.accuracy.map(\.value)
      #expect(isSame == (length == 6))
    }
  }

  @Test("shares are the same with the coalitions that the ablation has measured")
  func measuredCoalitions() throws {
    for length in [1, 6, 12] {
      let context = try context(length)
      let powers = MeasuredNumbers.game(context) { members in
        let code = members.reduce(0) { $0 | 1 << $1 }
        return Double(code * code % 97) / 97
      }
      var coalitions: CoalitionScores = [:]
      _ = try Ablation(of: context, meanWord: Self.meanWord, coalitions: &coalitions, measure: powers)
      #expect(coalitions.count == 1 + length + length * (length - 1) / 2 + (length > 2 ? 1 : 0))
      let alone = try ShapleyValues(of: context, meanWord: Self.meanWord, permutations: 7, measure: powers)
      #expect(
        try ShapleyValues(
          of: context, meanWord: Self.meanWord, permutations: 7, measured: coalitions, measure: powers) == alone)
    }
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
  @Test("vectors become words one by one and all together, and the curve runs from the context to its words")
  func snapping() throws {
    let context = try ContextMatrix(Tensor([4, 4, 0, 0], shape: [2, 2]))
    let words = try context.words([1, 0], of: Tensor([1, 1, 2, 2], shape: [2, 2]))
    #expect(words.vectors == [2, 2, 1, 1])
    let found = try NearestWordProjection(of: context, words: words, steps: 4, measure: MeasuredNumbers.mean)
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
