import PromptLensPrompts
import PromptLensCLIP
import Foundation
import PromptLensInterpretation
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("Attention by role")
struct TowerAttentionTests {
  @Test("every list sums to one, for any source and any position of the class name", arguments: ClassPosition.allCases)
  func sums(position: ClassPosition) throws {
    let tower = try SmallTower()
    let context = try tower.context("photo of the")
    let found = try TowerAttention(
      encoder: tower.encoder, assembly: tower.assembly(length: 3, position), context: context.vectors,
      classes: [0, 2, 4])
    #expect(found.roles.count == 7 && found.promptCount == 3)
    #expect(found.fromEnd.count == 3 && found.fromEnd[0].count == 2 && found.rollout.count == 3)
    for list in Array(found.fromEnd.joined()) + Array(found.fromClassName.joined()) + found.rollout + [found.uniform] {
      #expect(list.count == 7 && abs(list.reduce(0, +) - 1) < 1e-5)
    }
    // A class name at the front sees no context; only the end token sees the end token.
    let context0 = try #require(found.roles.firstIndex(of: .context(0)))
    #expect((found.fromClassName[0][0][context0] == 0) == (position == .front))
    let end = try #require(found.roles.firstIndex(of: .end))
    #expect(found.fromClassName.joined().allSatisfy { $0[end] == 0 })
  }

  @Test("the rollout of identity attention is the identity, and one layer's is half attention and half identity")
  func rollout() {
    let identity = [1.0, 0, 0, 1]
    #expect(AttentionRollout.all([identity, identity], size: 2) == [identity, identity])
    let causal = [1.0, 0, 0.5, 0.5]
    let found = AttentionRollout.all([causal, causal], size: 2)
    #expect(found[0] == [1, 0, 0.25, 0.75])
    #expect(found[1] == [1, 0, 0.4375, 0.5625])
  }
}

@Suite("The lens on the text tower")
struct LogitLensTests {
  @Test("the last layer reads as the classifier itself, and a translator from it to itself changes nothing")
  func lastLayer() throws {
    let tower = try SmallTower()
    let context = try tower.context("photo of")
    let assembly = try tower.assembly(length: 2)
    let images = try ImageScorer(features: tower.features { "the \($0) of" }, labels: SmallTower.labels)
    let others = try PromptAssembly(
      classNames: tower.words(60),
      tokenizer: tower.tokenizer, contextLength: 2, contextLimit: 24)
    let lens = try LogitLens(
      encoder: tower.encoder, prompts: assembly.prompts, context: context.vectors, images: images,
      translatorPrompts: others.prompts, translatorContext: context.vectors)
    let accuracy = try ContextAccuracy(encoder: tower.encoder, assembly: assembly, images: images, scale: tower.scale)
      .worth(1) { _ in context }
    #expect(lens.layers.map(\.depth) == [0, 1, 2, 3])
    #expect(lens.layers[3].accuracy == accuracy[0])
    #expect(abs(lens.layers[3].cosine - 1) < 1e-5)
    #expect(lens.layers[3].translatedAccuracy == accuracy[0])
    let explained = try #require(lens.layers[3].explained)
    // The ridge accounts for the difference.
    #expect(explained > 0.99)
    #expect(lens.layers[0].cosine < 0.99)
    // Every prompt ends alike: before the first layer the classes can't be told apart.
    #expect(lens.layers[0].accuracy == 1.0 / 5)
    let raw = try LogitLens(
      encoder: tower.encoder, prompts: assembly.prompts, context: context.vectors, images: images)
    #expect(raw.layers[2].translatedAccuracy == nil && raw.layers[2].accuracy == lens.layers[2].accuracy)
  }

  @Test("a ridge translator finds a planted affine map, and maps constant inputs to the outputs' mean")
  func ridge() throws {
    let width = 6
    let map = randomFloats(width * width, seed: 1)
    let shift = randomFloats(width, seed: 2)
    func image(_ rows: [Float]) -> [Float] {
      stride(from: 0, to: rows.count, by: width).flatMap { start in
        (0..<width).map { column in
          (0..<width).reduce(shift[column]) { $0 + rows[start + $1] * map[$1 * width + column] }
        }
      }
    }
    let inputs = randomFloats(40 * width, seed: 3)
    let translator = RidgeTranslator(from: inputs, to: image(inputs), width: width, share: 1e-9)
    let fresh = randomFloats(9 * width, seed: 4)
    #expect(largestDifference(translator.translate(fresh), image(fresh)) < 1e-4)
    #expect(try #require(translator.explained(from: fresh, to: image(fresh))) > 0.99999)
    let constant = [Float](repeating: 2, count: 3 * width)
    let mean = RidgeTranslator(from: constant, to: Array(fresh.prefix(3 * width)), width: width)
    let expected = (0..<width).map { (fresh[$0] + fresh[width + $0] + fresh[2 * width + $0]) / 3 }
    #expect(largestDifference(mean.translate(Array(constant.prefix(width))), expected) < 1e-6)
  }

  @Test("before the first layer a context of words reads as these words, at distance zero")
  func hiddenWords() throws {
    let tower = try SmallTower()
    let context = try tower.context("photo of the")
    let assembly = try tower.assembly(length: 3, .middle)
    let words = try NearestWords(embedding: tower.embedding, metric: .cosine, isCentered: true)
    let found = try HiddenWords(
      encoder: tower.encoder, prompt: assembly.prompts[1], roles: assembly.roles[1], context: context.vectors,
      words: words, count: 2)
    #expect(found.readings.count == 4 * 3)
    #expect(found.readings.prefix(3).map(\.vector) == [0, 1, 2])
    #expect(found.readings.prefix(3).map { $0.words[0].id } == tower.tokenizer.encode("photo of the").map(Int.init))
    #expect(found.readings.prefix(3).allSatisfy { abs($0.words[0].distance) < 1e-5 && $0.words.count == 2 })
    #expect(found.readings[11].depth == 3)
    #expect(found.keptWords.count == 4 && found.keptWords[0] == 3)
  }

  @Test(
    "words in the class names' place give the classes' prompts, and further words take class contexts in turn",
    arguments: [false, true])
  func promptsOfWords(isClassSpecific: Bool) throws {
    let tower = try SmallTower()
    let assembly = try tower.assembly(length: 3, .middle, isClassSpecific: isClassSpecific)
    let found = try assembly.prompts(
      ofWords: ["cat"] + SmallTower.names.dropFirst() + ["bird"], tokenizer: tower.tokenizer, contextLimit: 24)
    #expect(Array(found.prefix(5)) == assembly.prompts)
    let rows = found[5].compactMap { if case .context(let row) = $0 { row } else { nil } }
    #expect(rows == [0, 1, 2])
    for (prompt, roles) in zip(assembly.prompts, assembly.roles) {
      #expect(prompt.count == roles.count && roles.first == .start && roles.last == .end)
      #expect(roles.filter { $0 == .fullStop }.count == 1)
      #expect(roles.contains(.className) && roles.firstIndex(of: .context(0)) == 1)
    }
  }

  @Test("a long list is sampled evenly, and a short one is kept whole")
  func spacing() {
    #expect(EvenlySpaced.indices(10, limit: 4) == [0, 2, 5, 7])
    #expect(EvenlySpaced.indices(3, limit: 4) == [0, 1, 2] && EvenlySpaced.indices(0, limit: 4).isEmpty)
  }
}

@Suite("Attribution of a margin")
struct MarginAttributionTests {
  @Test("the margin is the log odds of the label, and its gradient agrees with finite differences")
  func gradient() {
    let logits: [Float] = [1, 2, 0.5, -1, 0, 3]
    let labels = [1, 2]
    let found = Margin().evaluate(logits: logits, classCount: 3, labels: labels, weights: [2, 1])
    #expect(abs(found.rows[0] - (2 - log(exp(1.0) + exp(0.5)))) < 1e-6)
    for index in logits.indices {
      var (up, down) = (logits, logits)
      up[index] += 1e-2
      down[index] -= 1e-2
      func mean(_ logits: [Float]) -> Double {
        Margin().evaluate(logits: logits, classCount: 3, labels: labels, weights: [2, 1]).mean
      }
      #expect(abs((mean(up) - mean(down)) / 2e-2 - Double(found.gradient[index])) < 1e-4)
    }
    #expect(Margin().evaluate(logits: [4], classCount: 1, labels: [0], weights: []).mean == 0)
  }

  @Test("integrated gradients sum to the difference between context and baseline, to one part in a thousand")
  func completeness() throws {
    let tower = try SmallTower()
    let context = try tower.context("photo of the")
    let assembly = try tower.assembly(length: 3)
    let mean = tower.embedding.meanRow
    let found = try IntegratedGradients(
      encoder: tower.encoder, prompts: assembly.prompts, vectors: context.vectors,
      baseline: context.filled(with: mean).vectors, images: tower.unit(tower.features { "photo of \($0)." }),
      labels: SmallTower.labels, groups: [[0, 1, 2, 3, 4], [2], [0, 1]], parts: [[0, 1], [2, 3, 4]], scale: tower.scale)
    #expect(found.whole.completenessError < 1e-3 && found.whole.change != 0)
    #expect(found.whole.integrated.count == 3 && found.groups.count == 3)
    // The ends are those of the measure of contexts.
    let images = try ImageScorer(features: tower.features { "photo of \($0)." }, labels: SmallTower.labels)
    let ends = try ContextAccuracy(
      encoder: tower.encoder, assembly: assembly, images: images, scale: tower.scale
    ).scores(of: [context, context.filled(with: mean)])
    #expect(abs(ends[0].margin - found.whole.margin) < 1e-5)
    #expect(abs(ends[1].margin - found.whole.baselineMargin) < 1e-5)
    // Means over groups are means over their images.
    for (group, images) in zip(found.groups, [[0, 1, 2, 3, 4], [2], [0, 1]]) {
      let mean = images.reduce(0) { $0 + Double(ends[0].margins[$1]) } / Double(images.count)
      #expect(abs(group.margin - mean) < 1e-5 && group.completenessError < 0.1)
    }
    // The parts' attributions are the whole's, by fewer points.
    for vector in 0..<3 {
      let mean = (2 * found.parts[0][vector] + 3 * found.parts[1][vector]) / 5
      #expect(abs(mean - found.whole.integrated[vector]) < 0.2 * abs(found.whole.change))
    }
  }

  @Test("replacing class names by mean words leaves about the margin of equal classes")
  func names() throws {
    let tower = try SmallTower()
    let context = try tower.context("photo of the")
    let assembly = try tower.assembly(length: 3)
    let open = try OpenPrompts(
      assembly, context: context.vectors, embedding: tower.embedding, classes: Set(SmallTower.labels))
    #expect(open.owners.count == assembly.roles.joined().count { $0 == .className })
    let features = try tower.features { "photo of \($0)." }
    let change = try open.namesChange(
      encoder: tower.encoder, meanWord: [Float](repeating: 0, count: SmallTower.width), images: tower.unit(features),
      labels: SmallTower.labels, scale: tower.scale)
    let whole = try ContextAccuracy(
      encoder: tower.encoder, assembly: assembly,
      images: ImageScorer(features: features, labels: SmallTower.labels), scale: tower.scale
    ).scores(of: [context])[0].margin
    // Names of one length have equal prompts without their tokens: the margin is near that of five equal classes.
    #expect(abs(whole - change + log(4.0)) < 1)
  }

  @Test("attributions stay complete for vectors a hundred times as long as words")
  func longVectors() throws {
    let tower = try SmallTower()
    let assembly = try tower.assembly(length: 3)
    let vectors = try tower.context("photo of the").vectors.map { 100 * $0 }
    let mean = tower.embedding.meanRow
    let found = try IntegratedGradients(
      encoder: tower.encoder, prompts: assembly.prompts, vectors: vectors,
      baseline: vectors.indices.map { mean[$0 % mean.count] }, images: tower.unit(tower.features { "photo of \($0)." }),
      labels: SmallTower.labels, scale: tower.scale)
    #expect(found.whole.completenessError < 1e-3 && found.points > 32)
  }

  @Test("gradient times input is the slope of the margin in each vector's length")
  func slopes() throws {
    let tower = try SmallTower()
    let context = try tower.context("photo of the")
    let assembly = try tower.assembly(length: 3)
    let images = try tower.unit(tower.features { "photo of \($0)." })
    for vector in 0..<3 {
      func margin(factor: Float) throws -> IntegratedGradients {
        var vectors = context.vectors
        for index in vector * SmallTower.width..<(vector + 1) * SmallTower.width { vectors[index] *= factor }
        return try IntegratedGradients(
          encoder: tower.encoder, prompts: assembly.prompts, vectors: vectors, baseline: vectors, images: images,
          labels: SmallTower.labels, scale: tower.scale)
      }
      let slope = try (margin(factor: 1.01).whole.margin - margin(factor: 0.99).whole.margin) / 0.02
      let whole = try margin(factor: 1)
      #expect(abs(whole.gradientTimesInput[vector] - slope) < 0.01 * max(abs(slope), 0.05))
      #expect(whole.whole.integrated.allSatisfy { $0 == 0 } && whole.whole.completenessError == 0)
    }
  }

  @Test("vectors that no prompt holds, that equal their baseline or that are zero get nothing")
  func deadVectors() throws {
    let tower = try SmallTower()
    var vectors = try tower.context("photo of the").vectors
    let width = SmallTower.width
    for index in 2 * width..<3 * width { vectors[index] = 0 }
    // The middle vector isn't in any prompt.
    let prompts = try tower.assembly(length: 3).prompts.map { $0.filter { $0 != .context(1) } }
    var baseline = [Float](repeating: 0, count: vectors.count)
    let images = try tower.unit(tower.features { "photo of \($0)." })
    func attribution() throws -> IntegratedGradients {
      try IntegratedGradients(
        encoder: tower.encoder, prompts: prompts, vectors: vectors, baseline: baseline, images: images,
        labels: SmallTower.labels, scale: tower.scale)
    }
    let found = try attribution()
    #expect(found.gradientTimesInput[1] == 0 && found.whole.integrated[1] == 0)
    #expect(found.gradientTimesInput[2] == 0 && found.whole.integrated[2] == 0)
    #expect(found.gradientTimesInput[0] != 0 && found.whole.integrated[0] != 0)
    baseline.replaceSubrange(0..<width, with: vectors[0..<width])
    #expect(try attribution().whole.integrated == [0, 0, 0])
  }

  @Test("Gauss–Legendre quadrature is exact for polynomials up to degree 2n - 1", arguments: [1, 2, 8, 64])
  func quadrature(count: Int) {
    let rule = GaussLegendre(count: count)
    #expect(abs(rule.weights.reduce(0, +) - 1) < 1e-13)
    for degree in [0, 1, 2 * count - 1] {
      let sum = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * power($1.0, degree) }
      #expect(abs(sum - 1 / Double(degree + 1)) < 1e-13)
    }
  }

  @Test("three of seven points are exact up to degree 5, all of them up to degree 11")
  func nestedQuadrature() {
    let rule = GaussKronrod()
    func sum(_ nodes: [Double], _ weights: [Double], degree: Int) -> Double {
      zip(nodes, weights).reduce(0.0) { $0 + $1.1 * power($1.0, degree) }
    }
    for degree in 0...11 {
      let fine =
        sum(rule.shared, rule.sharedWeights, degree: degree) + sum(rule.others, rule.otherWeights, degree: degree)
      #expect(abs(fine - 1 / Double(degree + 1)) < 1e-13)
      guard degree <= 5 else { continue }
      #expect(abs(sum(rule.shared, rule.coarseWeights, degree: degree) - 1 / Double(degree + 1)) < 1e-13)
    }
  }

  private func power(_ x: Double, _ degree: Int) -> Double { (0..<degree).reduce(1) { value, _ in value * x } }
}
