import PromptLensEvaluation
import PromptLensPresentation
import Testing

@Suite("Accuracies pooled over seeds, as text")
struct SeedSummaryTests {
  @Test("the mean is followed by its standard deviation unless there is only one seed")
  func percentages() throws {
    #expect(try SeedSummary([0.5]).percentages == "50.00")
    #expect(try SeedSummary([0.5, 0.7]).percentages == "60.00 ± 14.14")
  }
}
