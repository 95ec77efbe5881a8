import PromptLensExperiments
import Testing

@Suite("Short names of contexts")
struct ContextNamesTests {
  @Test("A run, a folder of CoOp and a file are named by their own names")
  func names() {
    #expect(
      ContextNames.short(["runs/photo/context.h5", "output/rn50/prompt_learner/model.pth.tar-50", "pets.npy"])
        == ["photo", "rn50", "pets.npy"])
  }

  @Test("Names that don't tell contexts apart are whole paths")
  func ambiguous() {
    #expect(ContextNames.short(["a/seed1", "b/seed1"]) == ["a/seed1", "b/seed1"])
  }
}
