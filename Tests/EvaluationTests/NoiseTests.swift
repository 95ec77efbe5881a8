import PromptLensEvaluation
import Foundation
import TestSupport
import Testing

@Suite("Measures of label noise")
struct NoiseTests {
  @Test("a curve without loss has the area 1, and one that falls in a straight line to half has 0.75")
  func area() {
    func curve(_ accuracies: [Double]) -> NoiseCurve {
      NoiseCurve(zip([0.5, 0, 0.25], accuracies).map { .init(rate: $0, accuracy: $1) })
    }
    #expect(curve([0.8, 0.8, 0.8]).normalizedArea == 1)
    #expect(abs((curve([0.4, 0.8, 0.6]).normalizedArea ?? 0) - 0.75) < 1e-12)
    #expect(NoiseCurve([.init(rate: 0.5, accuracy: 1)]).normalizedArea == nil)
    #expect(NoiseCurve([.init(rate: 0, accuracy: 1)]).normalizedArea == nil)
  }

  @Test("the critical rate lies where the straight line between two points crosses zero-shot")
  func criticalRate() {
    let curve = NoiseCurve([
      .init(rate: 0, accuracy: 0.9), .init(rate: 0.25, accuracy: 0.8), .init(rate: 0.5, accuracy: 0.4),
    ])
    #expect(abs((curve.criticalRate(under: 0.6) ?? 0) - 0.375) < 1e-12)
    #expect(curve.criticalRate(under: 0.95) == 0)
    #expect(curve.criticalRate(under: 0.4) == nil)
  }

  @Test("detection agrees with scikit-learn's ROC area and average precision, ties included")
  func detection() throws {
    let scores = [0.9, 0.8, 0.8, 0.7, 0.4, 0.4, 0.4, 0.1]
    let isWrong = [true, false, true, true, false, true, false, false]
    let found = try NoiseDetection(scores: scores, flags: scores.map { $0 > 0.5 }, isWrong: isWrong)
    // sklearn.metrics.roc_auc_score and average_precision_score.
    #expect(abs((found.areaUnderCurve ?? 0) - 0.78125) < 1e-12)
    #expect(abs((found.averagePrecision ?? 0) - 0.7470238095238095) < 1e-12)
    #expect(found.precision == 0.75 && found.recall == 0.75 && found.flagged == 4)
    let none = try NoiseDetection(scores: [1, 2], flags: [false, false], isWrong: [false, false])
    #expect(none.precision == nil && none.recall == nil && none.areaUnderCurve == nil && none.averagePrecision == nil)
    #expect(throws: EvaluationError.self) { try NoiseDetection(scores: [1], flags: [], isWrong: [true]) }
  }

  @Test(
    "a label that the epochs contradict is the most suspicious, is flagged by every score, and gets another suggestion")
  func suspicion() throws {
    let labels = [0, 0, 1, 1, 2]
    let logits: [Float] = [6, 0, 0, 5, 1, 0, 0, 4, 1, 7, 0, 0, 0, 0, 3]
    var suspicion = LabelSuspicion(labels: labels, zeroShotLogits: logits, classCount: 3)
    #expect(suspicion.add(logits) == [0, 0, 1, 0, 2])
    #expect(suspicion.add(logits.map { 2 * $0 }) == [0, 0, 1, 0, 2])
    let wrong = [false, false, false, true, false]
    #expect(suspicion.flagsByLoss == wrong && suspicion.flagsByMargin == wrong && suspicion.flagsByAgreement == wrong)
    #expect(suspicion.suggestions == [0, 0, 1, 0, 2])
    #expect(suspicion.meanMargins == [9, 6, 4.5, -10.5, 4.5])
    let expected = (log(1 + 2 * exp(-6.0)) + log(1 + 2 * exp(-12.0))) / 2
    #expect(abs(suspicion.meanLosses[0] - expected) < 1e-9)
    for (name, detection) in try suspicion.detections(isWrong: wrong) {
      #expect(detection.areaUnderCurve == 1 && detection.averagePrecision == 1, "\(name)")
    }
  }
}
