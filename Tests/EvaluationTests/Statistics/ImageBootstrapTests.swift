import PromptLensEvaluation
import TestSupport
import Testing

@Suite("Estimates over images")
struct ImageBootstrapTests {
  @Test("the interval of a mean is that of its standard error, and the same draws serve every quantity")
  func intervals() throws {
    let values = randomFloats(800, in: -1...1, seed: 3)
    let found = try ImageBootstrap(images: 800).estimates([values, values.map { 2 * $0 + 1 }])
    let mean = values.reduce(0.0) { $0 + Double($1) } / 800
    let deviation = (values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 800).squareRoot()
    #expect(abs(found[0].value - mean) < 1e-6)
    let half = (found[0].interval.upperBound - found[0].interval.lowerBound) / 2
    #expect(abs(half - 1.96 * deviation / 800.0.squareRoot()) < 0.1 * half)
    #expect(abs(found[1].interval.lowerBound - (2 * found[0].interval.lowerBound + 1)) < 1e-5)
    #expect(found[1].isClear && found[1].p < 0.001)
  }

  @Test("intervals agree with the paired bootstrap's")
  func paired() throws {
    let values = (0..<200).map { Float($0 % 5 == 0 ? 1 : $0 % 7 == 0 ? -1 : 0) }
    let found = try ImageBootstrap(images: 200, resamples: 500, seed: 9).estimates([values])[0]
    let other = try PairedBootstrap(differences: values.map(Double.init), resamples: 500, seed: 9)
    #expect(abs(found.value - other.difference) < 1e-12 && abs(found.p - other.p) < 1e-12)
    #expect(abs(found.interval.lowerBound - other.interval.lowerBound) < 1e-9)
    #expect(abs(found.interval.upperBound - other.interval.upperBound) < 1e-9)
  }

  @Test("a quantity without variance has an interval without width, and other numbers of images are refused")
  func edges() throws {
    let zero = try ImageBootstrap(images: 3).estimates([[0, 0, 0]])[0]
    #expect(zero.interval == 0...0 && !zero.isClear && zero.p == 1)
    #expect(throws: EvaluationError.self) { try ImageBootstrap(images: 0).estimates([]) }
    #expect(throws: EvaluationError.self) { try ImageBootstrap(images: 2).estimates([[1]]) }
  }

  @Test("rank correlations are Spearman's, with means for equal ranks")
  func ranks() throws {
    #expect(RankCorrelation.between([1, 2, 3, 4], [10, 20, 30, 99]) == 1)
    #expect(RankCorrelation.between([1, 2, 3], [3, 2, 1]) == -1)
    let tied = try #require(RankCorrelation.between([1, 2, 2, 3], [1, 2, 3, 4]))
    #expect(abs(tied - 4.5 / (4.5 * 5).squareRoot()) < 1e-12)
    #expect(RankCorrelation.between([1, 1, 1], [1, 2, 3]) == nil && RankCorrelation.between([1, 2], [1, 2]) == nil)
  }
}
