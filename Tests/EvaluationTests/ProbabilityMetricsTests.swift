import PromptLensEvaluation
import Foundation
import PromptLensTensors
import Testing

@Suite("Metrics of probabilities, intervals and F1")
struct ProbabilityMetricsTests {
  @Test("bins are closed on the right, and the last one at 1")
  func bins() {
    #expect(ProbabilityMetrics.bin(of: 1.0 / 15) == 0)
    #expect(ProbabilityMetrics.bin(of: (1.0 / 15).nextUp) == 1)
    #expect(ProbabilityMetrics.bin(of: 14.0 / 15) == 13)
    #expect(ProbabilityMetrics.bin(of: 1) == 14)
    #expect(ProbabilityMetrics.bin(of: 1.0000001) == 14)
    #expect(ProbabilityMetrics.bin(of: 0) == 0)
  }

  @Test("two images at confidence 0.8, one of them right, have calibration error 0.3 and the mean −log p of 0.8, 0.2")
  func calibration() throws {
    let logit = Float(log(4.0))
    let metrics = try ClassificationMetrics(
      logits: Tensor([logit, 0, logit, 0], shape: [2, 2]), labels: [0, 1])
    let probabilities = try #require(metrics.probabilities)
    #expect(metrics.correct == 1)
    #expect(abs(probabilities.expectedCalibrationError - 0.3) < 1e-6)
    #expect(abs(probabilities.negativeLogLikelihood + (log(0.8) + log(0.2)) / 2) < 1e-6)
    #expect(probabilities.top5 == 1)
  }

  @Test("a class is among the top five when fewer than five precede it, and of equal ones the first precedes")
  func top5() throws {
    let row: [Float] = [6, 5, 4, 3, 2, 2, 1]
    let metrics = try ClassificationMetrics(logits: Tensor(row + row, shape: [2, 7]), labels: [4, 5])
    #expect(metrics.probabilities?.top5 == 0.5)
  }

  @Test("Wilson's interval of 8 of 10 is 0.4902 to 0.9433, and of 0 of 10 it begins at 0")
  func wilson() throws {
    let some = try ClassificationMetrics(
      predictions: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1], labels: [Int](repeating: 0, count: 10), classCount: 2)
    let interval = try #require(some.wilsonInterval)
    #expect(abs(interval.lowerBound - 0.490162) < 1e-5 && abs(interval.upperBound - 0.943318) < 1e-5)
    let none = try ClassificationMetrics(
      predictions: [Int](repeating: 1, count: 10), labels: [Int](repeating: 0, count: 10), classCount: 2)
    #expect(none.wilsonInterval?.lowerBound == 0)
    #expect(try ClassificationMetrics(predictions: [], labels: [], classCount: 2).wilsonInterval == nil)
  }

  @Test("macro F1 is the mean over the classes that have images: 2/3 and 4/5, without a third")
  func macroF1() throws {
    let metrics = try ClassificationMetrics(predictions: [0, 1, 1, 1], labels: [0, 0, 1, 1], classCount: 3)
    #expect(abs(metrics.macroF1 - (2.0 / 3 + 0.8) / 2) < 1e-12)
    #expect(metrics.confusionMatrix == [[1, 1, 0], [0, 2, 0], [0, 0, 0]])
  }
}
