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

  @Test("a factor that is none gives CoOp's rate", arguments: [0, -1, .nan, .infinity] as [Float])
  func noFactor(scale: Float) { #expect(LearningRateSchedule.peak(logitScale: scale) == 0.002) }
}
