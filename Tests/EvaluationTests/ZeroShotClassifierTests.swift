import PromptLensPrompts
import PromptLensEvaluation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Zero-shot classifiers")
struct ZeroShotClassifierTests {
  @Test("templates are averaged as unit rows, whatever their features' lengths")
  func ensembling() throws {
    let templates = [try Template("a {}."), try Template("the {}!")]
    let classifier = try ZeroShotClassifier(classNames: ["big_cat", "dog"], templates: templates) { texts in
      #expect(texts == ["a big cat.", "a dog.", "the big cat!", "the dog!"])
      return try Tensor([10, 0, 0, 1, 0, 0.1, 0, 5], shape: [4, 2])
    }
    let half = Float(0.5).squareRoot()
    #expect(largestDifference(classifier.weights.floats(), [half, half, 0, 1]) < 1e-6)
  }

  @Test("the largest cosine wins, the first of equal ones")
  func predictions() throws {
    let classifier = try ZeroShotClassifier(classNames: ["a", "b", "c"], templates: [.photo]) { _ in
      try Tensor([1, 0, 1, 0, 0, 1], shape: [3, 2])
    }
    let features = try Tensor([100, 1, 0.1, 0.2], shape: [2, 2])
    #expect(try classifier.predictions(for: features) == [0, 2])
  }

  @Test("a template without a placeholder for the class name is rejected")
  func template() {
    #expect(throws: PromptError.templateWithoutPlaceholder(template: "a photo")) { try Template("a photo") }
  }
}
