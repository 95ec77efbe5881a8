import PromptLensPromptLearning
import Testing

@Suite("The learning rate that suits a model's temperature")
struct LearningRateTests {
  @Test(
    "it is CoOp's 0.002 where cosines are multiplied by 100, but for rounding, and falls with the square of the factor",
    arguments: [
      (100, 0.002), (99.99, 0.002), (100.00001, 0.002), (50, 0.008), (10, 0.2), (14.2857, 0.098), (1000, 0.00002),
    ] as [(Float, Double)])
  func rates(scale: Float, rate: Double) { #expect(LearningRateSchedule.peak(logitScale: scale) == rate) }

  @Test("a course of steps rises over a tenth of them to the peak, falls all the time afterward, and ends above zero")
  func steps() {
    var schedule = LearningRateSchedule(peak: 0.005, epochs: 25)
    schedule.course = .steps
    // Two steps in an epoch: 50 steps, of which 5 are the warm-up.
    let rates = (1...25).flatMap { epoch in
      (1...2).map { schedule.rate(ofStep: $0, inEpoch: epoch, stepsPerEpoch: 2) }
    }
    #expect(abs(rates[0] - 0.001) < 1e-12 && abs(rates[4] - 0.005) < 1e-12)
    #expect(zip(rates[..<4], rates[1...]).allSatisfy { $0 < $1 })
    #expect(zip(rates[4...], rates[5...]).allSatisfy { $0 > $1 })
    #expect(rates[49] > 0 && rates[49] < 0.00002)
    schedule.course = .epochs
    #expect(schedule.rate(ofStep: 2, inEpoch: 2, stepsPerEpoch: 2) == schedule.rate(ofEpoch: 2))
  }

  @Test("a factor that is none gives CoOp's rate", arguments: [0, -1, .nan, .infinity] as [Float])
  func noFactor(scale: Float) { #expect(LearningRateSchedule.peak(logitScale: scale) == 0.002) }
}
