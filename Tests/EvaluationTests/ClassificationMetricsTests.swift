import PromptLensEvaluation
import Testing

@Suite("Classification metrics")
struct ClassificationMetricsTests {
  @Test("accuracy counts images, mean per-class accuracy counts classes that have images")
  func accuracies() throws {
    let metrics = try ClassificationMetrics(
      predictions: [0, 0, 0, 1, 0, 2], labels: [0, 0, 0, 0, 1, 2], classCount: 4)
    #expect(metrics.accuracy == 4.0 / 6)
    let expected: Double = 1.75 / 3
    #expect(metrics.meanPerClassAccuracy == expected)
    #expect(metrics.accuracy(of: 3) == nil)
  }

  @Test("confusions come most frequent first, then in the order of their classes")
  func confusions() throws {
    let metrics = try ClassificationMetrics(
      predictions: [1, 2, 2, 0, 0, 1], labels: [0, 1, 1, 2, 1, 1], classCount: 3)
    let found = metrics.mostConfused(3).map { [$0.label, $0.prediction, $0.count] }
    #expect(found == [[1, 2, 2], [0, 1, 1], [1, 0, 1]])
  }

  @Test("a label that isn't a class is rejected")
  func badLabel() {
    #expect(throws: EvaluationError.labelOutOfRange(label: 2, classCount: 2)) {
      try ClassificationMetrics(predictions: [0], labels: [2], classCount: 2)
    }
  }
}
