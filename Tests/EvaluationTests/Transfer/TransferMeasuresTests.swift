import PromptLensEvaluation
import Foundation
import PromptLensTensors
import Testing

@Suite("Measures of transfer")
struct TransferMeasuresTests {
  @Test("0.8 on the source and 0.6 on the target, where zero-shot has 0.7 and 0.65, is a drop of 0.2 and a ratio of −½")
  func closedForm() throws {
    let measures = TransferMeasures(source: 0.8, target: 0.6, zeroShotSource: 0.7, zeroShotTarget: 0.65)
    #expect(abs(measures.absoluteDrop - 0.2) < 1e-15)
    let relativeDrop = try #require(measures.relativeDrop)
    #expect(abs(relativeDrop - 0.25) < 1e-15)
    #expect(abs(measures.sourceGain - 0.1) < 1e-15 && abs(measures.targetGain + 0.05) < 1e-15)
    let ratio = try #require(measures.transferRatio)
    #expect(abs(ratio + 0.5) < 1e-12)
  }

  @Test("the ratio is nil without a gain on the source, and the relative drop is nil without accuracy")
  func undefined() {
    #expect(TransferMeasures(source: 0.7, target: 0.6, zeroShotSource: 0.7, zeroShotTarget: 0.5).transferRatio == nil)
    #expect(TransferMeasures(source: 0, target: 0.1, zeroShotSource: 0.7, zeroShotTarget: 0.5).relativeDrop == nil)
  }

  @Test("the harmonic mean of 0.8 and 0.4 is 8/15, of two zeros 0")
  func harmonicMean() {
    #expect(abs(BaseToNewAccuracy(base: 0.8, new: 0.4).harmonicMean - 8.0 / 15) < 1e-15)
    #expect(BaseToNewAccuracy(base: 0, new: 0).harmonicMean == 0)
    // CoCoOp's table: 82.69 and 63.22 make 71.66.
    #expect(abs(BaseToNewAccuracy(base: 0.8269, new: 0.6322).harmonicMean - 0.7166) < 5e-5)
  }
}

@Suite("The line of the baselines on logit axes")
struct LogitLinearFitTests {
  private func accuracy(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  @Test("points on a line recover it: slope 0.8, intercept −0.5, and no effective robustness")
  func line() throws {
    let points = [-1.0, 0, 0.5, 2].map { x in
      LogitLinearFit.Point(source: accuracy(x), target: accuracy(0.8 * x - 0.5))
    }
    let fit = try #require(LogitLinearFit(points, sourceImages: 10000, targetImages: 10000))
    #expect(abs(fit.slope - 0.8) < 1e-12 && abs(fit.intercept + 0.5) < 1e-12)
    let determination = try #require(fit.determination)
    #expect(abs(determination - 1) < 1e-12 && fit.count == 4)
    for point in points {
      let above = fit.effectiveRobustness(source: point.source, target: point.target, sourceImages: 10000)
      #expect(abs(above) < 1e-12)
    }
    #expect(abs(fit.effectiveRobustness(source: 0.5, target: 0.5, sourceImages: 9) - (0.5 - accuracy(-0.5))) < 1e-12)
  }

  @Test("three points at logits (0, 0), (1, 2), (2, 1) have slope ½, intercept ½ and R² ¼")
  func leastSquares() throws {
    let fit = try #require(
      LogitLinearFit(
        [(0.0, 0.0), (1, 2), (2, 1)].map { .init(source: accuracy($0.0), target: accuracy($0.1)) },
        sourceImages: 1000, targetImages: 1000))
    #expect(abs(fit.slope - 0.5) < 1e-12 && abs(fit.intercept - 0.5) < 1e-12)
    let determination = try #require(fit.determination)
    #expect(abs(determination - 0.25) < 1e-12)
  }

  @Test("one baseline, or several of one source accuracy, make no line; accuracies of 0 and 1 have finite logits")
  func degenerate() {
    let point = LogitLinearFit.Point(source: 0.5, target: 0.4)
    #expect(LogitLinearFit([point], sourceImages: 9, targetImages: 9) == nil)
    #expect(LogitLinearFit([point, .init(source: 0.5, target: 0.6)], sourceImages: 9, targetImages: 9) == nil)
    let level = LogitLinearFit([point, .init(source: 0.6, target: 0.4)], sourceImages: 9, targetImages: 9)
    #expect(level?.slope == 0 && level?.determination == nil)
    #expect(abs(LogitLinearFit.logit(1, of: 50) - log(0.99 / 0.01)) < 1e-9)
    #expect(abs(LogitLinearFit.logit(0, of: 50) + LogitLinearFit.logit(1, of: 50)) < 1e-12)
    #expect(abs(LogitLinearFit.logit(0.25, of: 4) - log(1.0 / 3)) < 1e-15)
  }
}

@Suite("Classes of a target among those of a source")
struct ClassMatchingTests {
  private let source = ClassMatching.Classes(owner: "source", names: ["dog", "guitar", "sea horse", "cat"])

  @Test("names match whatever their order, case, underscores and spaces; unknown ones are left out")
  func names() throws {
    let target = ClassMatching.Classes(owner: "target", names: ["Cat", "zebra", "Sea_Horse", "dog"])
    let matching = try ClassMatching(target: target, source: source)
    #expect(matching.sourceLabels == [3, nil, 2, 0])
    #expect(matching.shared == [0, 2, 3])
  }

  @Test("WordNet ids decide where both have them, so that classes of the same name are distinguished")
  func identifiers() throws {
    let source = ClassMatching.Classes(
      owner: "source", names: ["missile", "missile", "tench"], identifiers: ["n03773504", "n04008634", "n01440764"])
    let target = ClassMatching.Classes(
      owner: "target", names: ["missile", "fish"], identifiers: ["n04008634", "n01440764"])
    #expect(try ClassMatching(target: target, source: source).sourceLabels == [1, 2])
    let named = ClassMatching.Classes(owner: "target", names: ["n01440764", "tench"])
    #expect(try ClassMatching(target: named, source: source).sourceLabels == [2, 2])
    #expect(throws: EvaluationError.duplicateClasses(owner: "source", name: "missile")) {
      try ClassMatching(target: .init(owner: "target", names: ["missile"]), source: source)
    }
  }

  @Test(
    "lists of the same names match in order, even with two of the same name, unless ids say otherwise")
  func sameList() throws {
    let names = ["crane", "crane", "tench"]
    let source = ClassMatching.Classes(owner: "source", names: names, identifiers: ["n1", "n2", "n3"])
    let same = ClassMatching.Classes(owner: "target", names: names)
    #expect(try ClassMatching(target: same, source: source).sourceLabels == [0, 1, 2])
    let turned = ClassMatching.Classes(owner: "target", names: names, identifiers: ["n2", "n1", "n3"])
    #expect(try ClassMatching(target: turned, source: source).sourceLabels == [1, 0, 2])
  }

  @Test("pairs take precedence over names: several classes may match one, and a class may match none")
  func pairs() throws {
    let target = ClassMatching.Classes(owner: "target", names: ["tabby", "siamese", "dog", "guitar"])
    let matching = try ClassMatching(
      target: target, source: source,
      pairs: [
        .init(target: "tabby", source: "cat"), .init(target: "Siamese", source: "CAT"),
        .init(target: "dog", source: nil),
      ])
    #expect(matching.sourceLabels == [3, 3, nil, 1])
    #expect(ClassMatching.firstUnknown([.init(target: "lion", source: "cat")], in: [target]) == "lion")
    #expect(
      throws: EvaluationError.unknownClass(name: "kitten", owner: "source", known: source.names)
    ) { try ClassMatching(target: target, source: source, pairs: [.init(target: "tabby", source: "kitten")]) }
  }

  @Test("a target with two classes of the same name is rejected unless pairs decide which they are")
  func duplicates() throws {
    let target = ClassMatching.Classes(owner: "target", names: ["cat", "dog", "cat"])
    #expect(throws: EvaluationError.duplicateClasses(owner: "target", name: "cat")) {
      try ClassMatching(target: target, source: source)
    }
    #expect(
      try ClassMatching(target: target, source: source, pairs: [.init(target: "cat", source: "cat")]).sourceLabels
        == [3, 0, 3])
  }
}

@Suite("Restricted classifiers, domains and interpolated contexts")
struct DomainTests {
  @Test("a restricted classifier chooses among the remaining rows, in their order")
  func restriction() throws {
    let classifier = try CosineClassifier(weights: Tensor([1, 0, 0, 1, -1, 0], shape: [3, 2]))
    let features = try Tensor([1, 0.1, -1, 0.1, 0.1, 1], shape: [3, 2])
    #expect(try classifier.predictions(for: features) == [0, 2, 1])
    #expect(try classifier.restricted(to: [2, 1]).predictions(for: features) == [1, 0, 1])
    #expect(throws: EvaluationError.labelOutOfRange(label: 3, classCount: 3)) { try classifier.restricted(to: [3]) }
    #expect(throws: EvaluationError.noClasses) { try classifier.restricted(to: []) }
  }

  @Test("correct images add up to the accuracy, and of equal logits the first class wins")
  func correctness() throws {
    let domain = try DomainAccuracy(logits: Tensor([9, 9, 0, 9, 9, 0, 0, 0, 9], shape: [3, 3]), labels: [0, 1, 2])
    #expect(domain.isCorrect == [true, false, true])
    #expect(abs(domain.accuracy - 2.0 / 3) < 1e-15)
  }

  @Test("halfway between two contexts lies their mean, and the ends are exact to the bit")
  func interpolation() throws {
    let path = try ContextInterpolation(from: [0, 2, 0.1], to: [1, 4, 0.3])
    #expect(path.context(at: 0.5) == [0.5, 3, 0.2])
    #expect(path.context(at: 0) == [0, 2, 0.1] && path.context(at: 1) == [1, 4, 0.3])
    #expect(ContextInterpolation.steps(5) == [0, 0.25, 0.5, 0.75, 1])
    #expect(throws: EvaluationError.contextMismatch(start: 1, end: 2)) {
      try ContextInterpolation(from: [0], to: [0, 1])
    }
  }

  @Test("a class's change is the mean over runs, and classes without images are left out")
  func changes() throws {
    let changes = try ClassChange.changes(
      from: [true, false, true, true], to: [[true, true, false, true], [true, true, true, true]],
      labels: [0, 0, 2, 2], classCount: 3)
    #expect(changes.map(\.label) == [0, 2])
    #expect(changes.map(\.change) == [0.5, -0.25])
    #expect(throws: EvaluationError.noRuns) { try ClassChange.changes(from: [], to: [], labels: [], classCount: 1) }
  }
}
