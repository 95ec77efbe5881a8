import PromptLensExperiments
import PromptLensPresentation
import PromptLensReporting
import Testing

@Suite("Noise experiments, as tables, charts and sentences")
struct NoisePresentationTests {
  private func curve(_ learner: String, _ accuracies: [Double], area: Double, falls: Double?) -> NoiseResult.Curve {
    .init(
      kind: "symmetric", learner: learner, area: area, criticalRate: falls,
      points: zip([0, 0.5], accuracies).map { rate, accuracy in
        .init(
          rate: rate, accuracy: accuracy, halfWidth: 0.02, seeds: 3, memorized: rate > 0 ? 0.25 : nil,
          detections: ["margin": .init(areaUnderCurve: 0.9, averagePrecision: 0.8)])
      })
  }

  private var result: NoiseResult {
    NoiseResult(
      output: "noise", zeroShotAccuracy: 0.7, runs: 12,
      curves: [
        curve("ce", [0.8, 0.5], area: 0.8125, falls: 0.2), curve("mae", [0.6, 0.6], area: 1, falls: 0),
      ],
      memorizations: [
        .init(kind: "symmetric", noise: "symmetric-0.5", learner: "ce", shares: (0..<60).map { Double($0) / 60 })
      ])
  }

  @Test("a table has learners down, rates across, and the standard deviation beside the mean")
  func table() {
    let tables = result.tables
    #expect(tables.count == 1 && tables[0].title.contains("over 3 seeds; zero-shot 70.0"))
    #expect(tables[0].headings.prefix(3) == ["learner", "0.0 %", "50.0 %"])
    #expect(tables[0].rows[0] == ["ce", "80.0 ± 0.8", "50.0 ± 0.8", "0.812", "20.0 %", "25.0 %", "0.900"])
    #expect(tables[0].rows[1][4] == "0.0 %")
  }

  @Test("a column in which no learner has a number is left out, as the area of a single rate")
  func singleRate() throws {
    let point = try #require(curve("ce", [0.8, 0.5], area: 1, falls: nil).points.last)
    let single = NoiseResult(
      output: "noise", zeroShotAccuracy: 0.7, runs: 1,
      curves: [.init(kind: "symmetric", learner: "ce", area: nil, criticalRate: nil, points: [point])],
      memorizations: [])
    #expect(
      single.tables[0].headings
        == ["learner", "50.0 %", "below zero-shot from", "memorized at 50.0 %", "AUROC of margin at 50.0 %"])
    #expect(single.tables[0].rows == [["ce", "50.0 ± 0.8", "never", "25.0 %", "0.900"]])
    #expect(single.charts.isEmpty)
    #expect(
      single.findings == [
        "With 50.0 % of labels wrong (symmetric) ce has an accuracy of 50.0 %; zero-shot CLIP has 70.0 %."
      ])
  }

  @Test("sentences name the most robust learner and those that fall below zero-shot CLIP")
  func findings() {
    #expect(
      result.findings == [
        "Under symmetric noise mae is the most robust (area under its curve 1.000), ce the least (0.812).",
        "No better than zero-shot CLIP even without symmetric noise: mae.",
        "Under symmetric noise learners fall below zero-shot CLIP at these rates of wrong labels: ce at 20.0 %.",
      ])
  }

  @Test("noise of several rates has three charts, and given labels have only memorization")
  func charts() {
    #expect(result.charts.map(\.name) == ["accuracy-symmetric", "detection-symmetric", "memorization-symmetric"])
    let given = NoiseResult(
      output: "noise", zeroShotAccuracy: 0.7, runs: 1,
      curves: [.init(kind: "given", learner: "ce", area: nil, criticalRate: nil, points: [])],
      memorizations: [.init(kind: "given", noise: "given", learner: "ce", shares: [0, 1])])
    #expect(given.charts.map(\.name) == ["memorization-given"])
  }
}
