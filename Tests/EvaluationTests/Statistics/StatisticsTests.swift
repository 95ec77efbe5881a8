import PromptLensEvaluation
import PromptLensTensors
import Testing

@Suite("Statistics of paired classifiers and of seeds")
struct StatisticsTests {
  @Test("McNemar's exact p of 3 against 12 is 0.03515625, and of equal counts 1")
  func exact() {
    #expect(abs(McNemarTest(onlyFirst: 3, onlySecond: 12).exactP - 0.03515625) < 1e-12)
    #expect(abs(McNemarTest(onlyFirst: 12, onlySecond: 3).exactP - 0.03515625) < 1e-12)
    #expect(McNemarTest(onlyFirst: 7, onlySecond: 7).exactP == 1)
    #expect(McNemarTest(onlyFirst: 0, onlySecond: 0).exactP == 1)
  }

  // scipy.stats.binomtest(900, 2000).pvalue and chi2.sf((|b - c| - 1)^2 / (b + c), 1).
  @Test("McNemar's p agrees with SciPy's for thousands of images, exact and corrected")
  func large() {
    let test = McNemarTest(onlyFirst: 900, onlySecond: 1_100)
    #expect(abs(test.exactP / 8.45708953550381e-06 - 1) < 1e-9)
    #expect(abs(test.correctedP / 8.596018738181874e-06 - 1) < 1e-9)
    #expect(abs(McNemarTest(onlyFirst: 3, onlySecond: 12).correctedP - 0.03886710381241732) < 1e-12)
  }

  @Test("McNemar's test counts the images on which two classifiers differ, and refuses lists of two lengths")
  func pairs() throws {
    let test = try McNemarTest(first: [true, true, false, false], second: [true, false, true, false])
    #expect(test == McNemarTest(onlyFirst: 1, onlySecond: 1))
    #expect(throws: EvaluationError.unpairedCounts(first: 1, second: 0)) { try McNemarTest(first: [true], second: []) }
  }

  @Test("the bootstrap's interval approaches the normal one for many images: mean 0.1, ±1.96 σ/√n")
  func bootstrap() throws {
    let differences = (0..<2_000).map { $0 % 10 == 0 ? 1.0 : 0 }
    let result = try PairedBootstrap(differences: differences)
    #expect(result.difference == 0.1)
    let half = 1.96 * (0.1 * 0.9 / 2_000).squareRoot()
    #expect(abs(result.interval.lowerBound - (0.1 - half)) < 0.001)
    #expect(abs(result.interval.upperBound - (0.1 + half)) < 0.001)
    #expect(result.p < 0.001)
  }

  @Test("the bootstrap's draws depend only on the seed, not on the number of threads")
  func seeds() throws {
    let first = (0..<50).map { $0 % 3 == 0 }
    let second = (0..<50).map { $0 % 4 == 0 }
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    let one = try PairedBootstrap(first: first, second: second, resamples: 500, seed: 3)
    Parallel.threadCount = 1
    #expect(try PairedBootstrap(first: first, second: second, resamples: 500, seed: 3) == one)
    #expect(try PairedBootstrap(first: first, second: second, resamples: 500, seed: 4) != one)
  }

  @Test("classifiers that agree everywhere differ by 0, with an interval of zero width and a p of 1")
  func agreement() throws {
    let result = try PairedBootstrap(first: [true, false], second: [true, false], resamples: 100)
    #expect(result.interval == 0...0 && result.p == 1)
    #expect(throws: EvaluationError.noImages) { try PairedBootstrap(differences: []) }
  }

  // scipy.stats.t.ppf(0.975, ν).
  @Test(
    "the factor of a 95 % interval agrees with SciPy",
    arguments: [
      (1, 12.706204736174694), (2, 4.302652729749462), (3, 3.1824463052837078), (4, 2.7764451051977934),
      (9, 2.262157162798205), (30, 2.0422724563012373), (101, 1.983731002955606),
    ])
  func student(degrees: Int, expected: Double) {
    let distribution = StudentDistribution(degrees: degrees)
    #expect(abs(distribution.bound(of: 0.95) - expected) < 1e-9)
    #expect(abs(distribution.centralProbability(within: expected) - 0.95) < 1e-12)
  }

  @Test("three seeds have the mean ± 4.3027 s/√3, and one seed has no interval")
  func pooled() throws {
    let summary = try SeedSummary([0.7, 0.72, 0.74])
    #expect(abs(summary.mean - 0.72) < 1e-12)
    #expect(abs((summary.standardDeviation ?? 0) - 0.02) < 1e-12)
    #expect(abs((summary.halfWidth ?? 0) - 4.302652729749462 * 0.02 / 3.0.squareRoot()) < 1e-9)
    #expect(try SeedSummary([0.7]).interval == nil)
    #expect(throws: EvaluationError.noRuns) { try SeedSummary([]) }
  }
}
