import Foundation
import PromptLensEvaluation
import PromptLensTensors
import Testing

/// Scores that are a probability of each label alone.
@Suite("Label metrics")
struct LabelMetricsTests {
  @Test("average precision is that of scikit-learn, with equal scores taken together")
  func averagePrecision() throws {
    func precision(_ scores: [Float], _ truth: [Bool]) -> Double? {
      LabelMetrics.averagePrecision(zip(scores, truth).map { (score: $0, isTrue: $1) })
    }
    // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    #expect(
      abs(try #require(precision([0.1, 0.4, 0.35, 0.8], [false, false, true, true])) - 0.8333333333333333) < 1e-12)
    #expect(precision([1, 1, 1, 1], [true, false, false, false]) == 0.25)
    #expect(precision([3, 2, 1], [true, true, false]) == 1)
    #expect(precision([3, 2, 1], [false, false, false]) == nil)
  }

  @Test("labels are counted one by one, and an image may have several")
  func labels() throws {
    let logits = try Tensor([2, -1, 0.5, -3, -2, 4], shape: [2, 3])
    let metrics = try LabelMetrics(logits: logits, bias: -1, truth: [[0, 2], [2]])
    // Probabilities above one half: image 0 label 0, image 1 label 2.
    #expect(metrics.positives == 2 && metrics.truePositives == 2 && metrics.precision == 1)
    #expect(abs(metrics.recall - 2.0 / 3) < 1e-12 && metrics.labelsPerImage == 1)
    #expect(metrics.labels[1].averagePrecision == nil && metrics.labels[1].ownProbability == nil)
    #expect(metrics.meanAveragePrecision == 1)
    func loss(_ logit: Double, _ isTrue: Bool) -> Double { log(1 + exp(isTrue ? -logit : logit)) }
    let expected =
      (loss(1, true) + loss(-2, false) + loss(-0.5, true) + loss(-4, false) + loss(-3, false) + loss(3, true)) / 6
    #expect(abs(metrics.negativeLogLikelihood - expected) < 1e-6)
    #expect(throws: EvaluationError.self) { try LabelMetrics(logits: logits, bias: 0, truth: [[0], [3]]) }
    #expect(throws: EvaluationError.self) { try LabelMetrics(logits: logits, bias: 0, truth: [[0]]) }
  }
}
