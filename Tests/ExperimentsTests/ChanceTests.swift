import PromptLensExperiments
import Testing

@Suite("Accuracies at chance")
struct ChanceTests {
  @Test("an accuracy within two standard errors of guessing is at chance, and a handful of images proves nothing more")
  func chance() {
    let ten = Chance(classCount: 10)
    #expect(ten.includes(0.1, images: 1000) && ten.includes(0.118, images: 1000) && !ten.includes(0.12, images: 1000))
    let three = Chance(classCount: 3)
    #expect(three.includes(0.4, images: 6) && !three.includes(0.5, images: 6))
    #expect(!Chance(classCount: 1).includes(1, images: 10) && !three.includes(0, images: 0))
    // No right answer among 32 images of 48 classes says nothing, among 1,000 it is worse than guessing.
    let many = Chance(classCount: 48)
    #expect(!many.exceeds(0, images: 32) && many.exceeds(0.001, images: 1000) && !many.exceeds(0.02, images: 1000))
  }
}
