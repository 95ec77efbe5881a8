import Foundation
import PromptLensEvaluation
import PromptLensTensors
import Testing

@Suite("Scores of known and unknown classes")
struct DetectionTests {
  /// Scores in steps of a quarter, so that many are equal.
  private static let known = (0..<60).map { quarters($0 * 37 % 101, plus: 1.5) }
  private static let others = (0..<45).map { quarters($0 * 53 % 97, plus: 0) }

  private static func quarters(_ number: Int, plus offset: Double) -> Double {
    let value = Double(number) / 20 + offset
    return (value * 4).rounded(.toNearestOrEven) / 4
  }

  @Test("metrics are scikit-learn's, equal scores included")
  func metrics() throws {
    // roc_auc_score, average_precision_score of both sides, and roc_curve where the true positives first reach 95 %, of
    // scikit-learn on the same scores.
    let ranking = try ScoreRanking(known: Self.known, others: Self.others)
    let found = ranking.metrics
    #expect(abs(found.areaUnderROC - 0.7837037037037037) < 1e-12)
    #expect(abs(found.precisionIn - 0.8348423077760839) < 1e-12)
    #expect(abs(found.precisionOut - 0.7543811699482125) < 1e-12)
    #expect(abs(found.falsePositives - 0.6222222222222222) < 1e-12)
    #expect(ranking.threshold() == 1.75)
  }

  @Test("a weight counts an image as often as copies of it do")
  func weights() throws {
    let copied = try ScoreRanking(known: [3, 3, 1, 2], others: [2, 0, 0, 0])
    let weighted = try ScoreRanking(known: [3, 1, 2, 9], others: [2, 0, 7])
    #expect(weighted.metrics(known: [2, 1, 1, 0], others: [1, 3, 0]) == copied.metrics)
  }

  @Test("perfect, reversed and constant scores have the areas 1, 0 and one half")
  func extremes() throws {
    #expect(try ScoreRanking(known: [2, 3], others: [0, 1]).metrics.areaUnderROC == 1)
    #expect(try ScoreRanking(known: [2, 3], others: [0, 1]).metrics.falsePositives == 0)
    #expect(try ScoreRanking(known: [0, 1], others: [2, 3]).metrics.areaUnderROC == 0)
    let constant = try ScoreRanking(known: [1, 1, 1], others: [1, 1]).metrics
    #expect(constant.areaUnderROC == 0.5 && constant.falsePositives == 1)
    #expect(throws: EvaluationError.noImages) { try ScoreRanking(known: [], others: [1]) }
    #expect(throws: EvaluationError.self) { try ScoreRanking(known: [.nan], others: [1]) }
  }

  @Test("scores of logits are those of NumPy in double precision")
  func scores() throws {
    var logits: [Float] = []
    for image in 0..<4 { for label in 0..<5 { logits.append(Float((image * 7 + label * 13) % 29) / 4) } }
    let tensor = try Tensor(logits, shape: [4, 5])
    for (score, expected) in [
      (.maximumConceptMatching, [0.20582876572312858, 0.2051302914848196, 0.2051302914848196, 0.2044137045221088]),
      (.maximumLogit, [6.5, 5, 6.75, 5.25]),
      (.energy, [6.925894884231184, 5.430553151230514, 7.180553151230514, 5.7937558511080445]),
      (.entropy, [-0.7938509769352569, -0.8171639491590499, -0.8171639491590499, -1.0101390327808555]),
    ] as [(KnownScore, [Double])] {
      let found = try #require(score.values(logits: tensor, scale: 100))
      for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-12, "\(score)") }
    }
    #expect(KnownScore.negativeLabels.values(logits: tensor, scale: 100) == nil)
  }

  @Test("intervals hold the measured value and depend on the seed alone")
  func intervals() throws {
    let ranking = try ScoreRanking(known: Self.known, others: Self.others)
    let first = try DetectionBootstrap(resamples: 200, seed: 3).intervals([ranking])
    #expect(first.areaUnderROC.contains(ranking.metrics.areaUnderROC))
    #expect(first.areaUnderROC.upperBound - first.areaUnderROC.lowerBound > 0.05)
    #expect(try DetectionBootstrap(resamples: 200, seed: 3).intervals([ranking]) == first)
    #expect(try DetectionBootstrap(resamples: 200, seed: 4).intervals([ranking]) != first)
  }

  @Test("negative labels are the words farthest from the classes, and lower the score of images near them")
  func negativeLabels() throws {
    let classes = try Tensor([1, 0, 0, 0, 1, 0], shape: [2, 3])
    // Word 0 equals a class, word 1 lies between both, word 2 is far from them.
    let words = try Tensor([1, 0, 0, 1, 1, 0, 0, 0, 1], shape: [3, 3])
    let negatives = try NegativeLabels(classes: classes, candidates: words)
    #expect(negatives.chosen == [2])
    let scores = try negatives.values(features: Tensor([2, 0, 0, 0, 0, 1, 1, 0, 1], shape: [3, 3]))
    #expect(scores[0] > 0.999 && scores[1] < 0.001 && abs(scores[2] - 0.5) < 0.01)
  }
}
