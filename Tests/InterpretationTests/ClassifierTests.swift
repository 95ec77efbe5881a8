import PromptLensInterpretation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Effects of learning on the classes")
struct ClassifierTests {
  @Test("a class that turns toward another is reported, and classes that all turn alike have drift in common")
  func drift() throws {
    let before = try Tensor([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], shape: [3, 4])
    // The first class turns halfway to the third.
    let half = Float(0.5).squareRoot()
    let after = try Tensor([half, 0, half, 0, 0, 1, 0, 0, 0, 0, 1, 0], shape: [3, 4])
    let found = try ClassDrift(before: before, after: after)
    #expect(abs(found.cosines[0] - Double(half)) < 1e-6 && found.cosines[1] == 1)
    #expect(found.towards[0].first?.label == 2)
    #expect(abs(found.commonShare - 1.0 / 3) < 1e-6)

    let alike = try Tensor([half, 0, 0, half, 0, half, 0, half, 0, 0, half, half], shape: [3, 4])
    let common = try ClassDrift(before: before, after: alike)
    #expect(common.commonShare > 0.5 && common.cosines.allSatisfy { abs($0 - Double(half)) < 1e-6 })
    let nothing = try ClassDrift(before: before, after: before)
    #expect(nothing.commonShare == 0 && nothing.towards == [[], [], []] && nothing.meanCosine == 1)
    #expect(nothing.farthest == nil && found.farthest == 0 && found.hasMoved == [true, false, false])
    let rounded = try Tensor(before.floats().map { $0 + 1e-6 }, shape: [3, 4])
    #expect(try ClassDrift(before: before, after: rounded).farthest == nil)
    #expect(throws: TensorError.self) { try ClassDrift(before: before, after: Tensor([1, 2], shape: [1, 2])) }
  }

  @Test("the mean cosine covers all pairs of different classes")
  func cosines() throws {
    let found = try ClassCosines(Tensor([1, 0, 0, 1, 0.6, 0.8], shape: [3, 2]))
    #expect(abs(found.matrix[0][2] - 0.6) < 1e-6 && found.matrix[1][1] == 1)
    #expect(abs(found.meanOfOthers - (0 + 0.6 + 0.8) / 3) < 1e-6)
    #expect(try ClassCosines(Tensor([1, 0], shape: [1, 2])).meanOfOthers == 0)
  }

  @Test("the change between classes has an interval over classes, which no change and few classes don't have")
  func pairChange() throws {
    func cosines(_ seed: UInt64, common: Float) throws -> ClassCosines {
      let rows = (0..<12).flatMap { row in (randomFloats(20, seed: seed + UInt64(row)) + [common]).unit }
      return try ClassCosines(Tensor(rows, shape: [12, 21]))
    }
    let (near, far) = (try cosines(1, common: 3), try cosines(1, common: 0))
    let found = try ClassPairChange(before: near, after: far, seed: 1)
    #expect(abs(found.change - (far.meanOfOthers - near.meanOfOthers)) < 1e-9 && found.change < 0)
    #expect(found.isClear && (found.interval?.contains(found.change) ?? false))
    #expect(try !ClassPairChange(before: near, after: near, seed: 1).isClear)
    let two = try ClassCosines(Tensor([1, 0, 0, 1], shape: [2, 2]))
    #expect(try ClassPairChange(before: two, after: two, seed: 1).interval == nil)
  }

  @Test("movements from different starts are compared by their directions")
  func movement() throws {
    func matrix(_ floats: [Float]) throws -> Tensor { try Tensor(floats, shape: [2, 2]) }
    let (start, other) = (try matrix([1, 1, 1, 1]), try matrix([5, 5, 5, 5]))
    let same = try Movement.cosine(matrix([2, 1, 1, 1]), from: start, matrix([7, 5, 5, 5]), from: other)
    #expect(abs(try #require(same) - 1) < 1e-6)
    #expect(try Movement.cosine(start, from: start, other, from: other) == nil)
    #expect(throws: TensorError.self) {
      try Movement.cosine(start, from: start, other, from: Tensor([1], shape: [1, 1]))
    }
  }

  @Test("flipped images are gained, lost or otherwise wrong, and two gained against one lost is chance")
  func sides() {
    let labels = [0, 0, 1, 1, 2, 2]
    let found = PredictionFlips(before: [0, 1, 0, 1, 0, 2], after: [0, 0, 1, 0, 1, 2], labels: labels)
    #expect(found.gained == [1, 2] && found.lost == [3] && found.otherwiseWrong == [4] && found.bothRight == 2)
    #expect(found.test.onlySecond == 2 && found.test.onlyFirst == 1 && found.test.exactP == 1)
  }
}

@Suite("A feature as a sum of words")
struct SparseDecompositionTests {
  private static let width = 60
  /// Directions and their opposites: their mean is zero, so that nothing is taken from a feature.
  private let directions = (0..<40).map { randomFloats(60, seed: UInt64(100 + $0)).unit }
  private let dictionary: WordDictionary

  init() throws {
    let rows = directions + directions.map { $0.map { -$0 } }
    dictionary = try WordDictionary(
      words: rows.indices.map { "word \($0)" }, features: Tensor(rows.flatMap { $0 }, shape: [80, Self.width]))
  }

  @Test("a planted sum of three words is found, in order, and nothing else")
  func planted() throws {
    let feature = (0..<Self.width).map { index -> Float in
      3 * directions[4][index] + 2 * directions[17][index] + directions[30][index]
    }
    let found = SparseDecomposition(feature, dictionary: dictionary, share: 0.05)
    #expect(found.terms.map(\.word).prefix(3) == [4, 17, 30])
    #expect(found.terms.dropFirst(3).allSatisfy { $0.weight < 0.03 })
    #expect(abs(found.terms[0].weight / found.terms[1].weight - 1.5) < 0.1)
    #expect(found.cosine > 0.995 && found.dualityGap >= -1e-12 && found.dualityGap < 1e-6)
  }

  @Test("at the solution no unused word fits the rest better than the penalty, and every used one exactly as well")
  func optimality() throws {
    let feature = randomFloats(Self.width, seed: 9).unit
    let found = SparseDecomposition(feature, dictionary: dictionary, share: 0.3)
    var rest = feature.map(Double.init)
    for term in found.terms {
      let sign: Double = term.word < 40 ? 1 : -1
      for index in rest.indices { rest[index] -= term.weight * sign * Double(directions[term.word % 40][index]) }
    }
    let used = Set(found.terms.map(\.word))
    #expect(!used.isEmpty && used.count < 40)
    for word in 0..<80 {
      let sign: Double = word < 40 ? 1 : -1
      let product = zip(directions[word % 40], rest).reduce(0) { $0 + sign * Double($1.0) * $1.1 }
      #expect(product < found.penalty + 1e-4)
      if used.contains(word) { #expect(abs(product - found.penalty) < 1e-4) }
    }
  }

  @Test("a penalty that allows no word gives none, and a smaller one never explains less")
  func penalties() {
    let feature = randomFloats(Self.width, seed: 9)
    #expect(SparseDecomposition(feature, dictionary: dictionary, share: 1).terms.isEmpty)
    let cosines = [0.8, 0.4, 0.1].map { SparseDecomposition(feature, dictionary: dictionary, share: $0).cosine }
    #expect(cosines[0] < cosines[1] && cosines[1] < cosines[2])
  }

  @Test("words without features are refused")
  func refusal() {
    #expect(throws: TensorError.self) { try WordDictionary(words: ["a"], features: Tensor([1, 2], shape: [2, 1])) }
    #expect(throws: TensorError.self) { try WordDictionary(words: [], features: Tensor([], shape: [0, 1])) }
  }
}

@Suite("Agreement of contexts")
struct AgreementTests {
  @Test("a planted permutation is recovered from its costs")
  func planted() {
    let permutation = [3, 0, 4, 1, 5, 2]
    let costs = (0..<6).map { row in
      (0..<6).map { column -> Double in column == permutation[row] ? 0 : 1 + Double(row + column) / 10 }
    }
    #expect(Assignment.cheapest(costs) == permutation)
    #expect(Assignment.cheapest([]) == [])
  }

  @Test("the pairing has the lowest cost of all")
  func bruteForce() {
    for seed in 1...20 {
      let numbers = randomFloats(25, seed: UInt64(seed)).map(Double.init)
      let costs = (0..<5).map { Array(numbers[$0 * 5..<$0 * 5 + 5]) }
      let found = Assignment.cheapest(costs)
      #expect(found.sorted() == [0, 1, 2, 3, 4])
      let best = permutations(Array(0..<5)).map { order in order.indices.reduce(0) { $0 + costs[$1][order[$1]] } }.min()
      #expect(abs(found.indices.reduce(0) { $0 + costs[$1][found[$1]] } - (best ?? 0)) < 1e-12)
    }
    func permutations(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in permutations(rest.filter { $0 != first }).map { [first] + $0 } }
    }
  }

  @Test("the alignment of a rotated, shifted and scaled copy is 1, and that of unrelated rows isn't")
  func alignment() throws {
    let rows = randomFloats(30 * 4, seed: 1)
    let (cosine, sine) = (Float(0.6), Float(0.8))
    let turned = (0..<30).flatMap { row -> [Float] in
      let x = Array(rows[row * 4..<row * 4 + 4])
      return [cosine * x[0] - sine * x[1], sine * x[0] + cosine * x[1], x[3], -x[2]].map { 3 * $0 + 7 }
    }
    let matrix = try Tensor(rows, shape: [30, 4])
    #expect(abs(try #require(try Similarity.alignment(matrix, Tensor(turned, shape: [30, 4]))) - 1) < 1e-6)
    let other = try Tensor(randomFloats(30 * 4, seed: 2), shape: [30, 4])
    #expect(try #require(try Similarity.alignment(matrix, other)) < 0.5)
    let chance = try Similarity.shuffledAlignments(matrix, matrix, seed: 3)
    #expect(chance.count == 200 && abs(Sample(chance).mean) < 0.05)
    // Few rows of many columns: the plain alignment would be near 1 for unrelated rows.
    let few = try (0..<2).map { try Tensor(randomFloats(7 * 200, seed: UInt64(20 + $0)), shape: [7, 200]) }
    #expect(abs(try #require(try Similarity.alignment(few[0], few[1]))) < 0.6)
    #expect(
      try Similarity.alignment(
        Tensor(randomFloats(6, seed: 1), shape: [3, 2]), Tensor(randomFloats(6, seed: 2), shape: [3, 2])) == nil)
    let constant = try Tensor([Float](repeating: 1, count: 60), shape: [30, 2])
    #expect(try Similarity.alignment(matrix, constant) == nil)
    #expect(throws: TensorError.self) { try Similarity.alignment(matrix, Tensor([1, 2], shape: [2, 1])) }
  }

  @Test("rows in another order are paired with themselves")
  func matching() throws {
    let rows = randomFloats(6 * 9, seed: 3)
    let order = [2, 5, 0, 1, 4, 3]
    let shuffled = order.flatMap { rows[$0 * 9..<$0 * 9 + 9] }
    let found = try Similarity.matched(Tensor(shuffled, shape: [6, 9]), Tensor(rows, shape: [6, 9]))
    #expect(found.pairs == order && abs(found.matched - 1) < 1e-6 && found.samePosition < 0.8)
  }

  @Test("a context agrees fully with itself and by chance with a random one, and its halfway point lies between")
  func seeds() throws {
    let first = try ContextMatrix(Tensor(randomFloats(2 * 4 * 10, seed: 4), shape: [2, 4, 10]))
    let second = try ContextMatrix(Tensor(randomFloats(2 * 4 * 10, seed: 5), shape: [2, 4, 10]))
    let features = try Tensor(randomFloats(6 * 3, seed: 6), shape: [6, 3])
    let same = try SeedAgreement(
      first, first, features: (features, features), predictions: ([0, 1], [0, 1]), measure: MeasuredNumbers.mean)
    #expect(abs(same.matchedCosine - 1) < 1e-6 && abs(same.samePositionCosine - 1) < 1e-6)
    #expect(abs(try #require(same.featureAlignment) - 1) < 1e-9 && same.samePredictions == 1)
    #expect(abs(same.accuracies.midpoint - same.accuracies.first) < 1e-6)
    let other = try SeedAgreement(
      first, second, features: (features, features), predictions: ([0, 1], [1, 1]), measure: MeasuredNumbers.mean)
    #expect(abs(other.matchedCosine - other.randomMatchedCosine) < 0.3 && other.samePredictions == 0.5)
    #expect(abs(other.accuracies.midpoint - (other.accuracies.first + other.accuracies.second) / 2) < 1e-6)
    let shorter = try ContextMatrix(Tensor([1, 2], shape: [1, 2]))
    #expect(throws: TensorError.self) {
      try SeedAgreement(
        first, shorter, features: (features, features), predictions: ([], []), measure: MeasuredNumbers.mean)
    }
  }
}

extension [Float] {
  fileprivate var unit: [Float] {
    let length = reduce(0) { $0 + $1 * $1 }.squareRoot()
    return map { $0 / length }
  }
}
