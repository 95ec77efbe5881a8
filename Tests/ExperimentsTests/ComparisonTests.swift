import PromptLensEvaluation
import PromptLensExperiments
import Testing

@Suite("Comparisons of classifiers on the same images")
struct ComparisonTests {
  /// Forty images, of which a classifier gets the first ones wrong.
  private func subject(_ name: String, wrong: [Int]) -> ComparedClassifier {
    ComparedClassifier(
      name: name, seeds: Array(wrong.indices), correct: wrong.map { wrong in (0..<40).map { $0 >= wrong } })
  }

  private func result(_ subjects: [ComparedClassifier]) throws -> ComparisonResult {
    try ComparisonResult(
      data: "images", classCount: 4, remarks: ImageRemarks(), subjects: subjects, resamples: 2000, seed: 1)
  }

  @Test("single runs have McNemar's p, corrected by Holm's procedure, and stand by accuracy")
  func singleRuns() throws {
    let result = try result([subject("b", wrong: [10]), subject("c", wrong: [20]), subject("a", wrong: [9])])
    #expect(result.subjects.map(\.name) == ["a", "b", "c"])
    // One image differs between a and b, 11 between a and c, 10 between b and c, all in one direction: p = 2 / 2ⁿ.
    let exact = [1.0, 2 / 2048.0, 2 / 1024.0]
    for (pair, p) in zip(result.pairs, exact) { #expect(abs((pair.mcnemarP ?? -1) - p) < 1e-12) }
    #expect(result.pairs.map(\.correctedP) == HolmCorrection.corrected(result.pairs.map { $0.mcnemarP ?? 1 }))
    #expect(result.pairs.map(\.isSignificant) == [false, true, true])
    #expect(result.subjects.indices.map(result.isNearBest) == [true, true, false])
    #expect(abs(result.pairs[1].difference.difference - 11 / 40.0) < 1e-12)
  }

  @Test("seeds are pooled: the accuracy is their mean, and p is the paired bootstrap's")
  func pooledSeeds() throws {
    let result = try result([subject("pooled", wrong: [8, 10, 12]), subject("single", wrong: [30])])
    #expect(abs(result.subjects[0].accuracy - 0.75) < 1e-12)
    #expect(result.pairs[0].mcnemarP == nil && result.pairs[0].correctedP == result.pairs[0].difference.p)
    #expect(result.pairs[0].difference.interval.contains(0.5))
  }

  @Test("equal classifiers don't differ, and no images are an error")
  func extremes() throws {
    let result = try result([subject("a", wrong: [5]), subject("b", wrong: [5])])
    #expect(result.pairs[0].difference.difference == 0 && result.pairs[0].correctedP == 1)
    #expect(throws: EvaluationError.noImages) {
      try self.result([ComparedClassifier(name: "a", seeds: [], correct: [[]])])
    }
  }
}
