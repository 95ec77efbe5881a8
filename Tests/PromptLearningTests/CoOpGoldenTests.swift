import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensPrompts
import TestSupport
import PromptLensTensors
import Testing

@Suite("CoOp's own checkpoints agree with the reference", .enabled(if: Shared.available))
struct CoOpGoldenTests {
  @Test("prompts agree with the reference's token ids around the context", arguments: CoOpFixture.names)
  func tokens(name: String) throws {
    let fixture = try CoOpFixture(name)
    guard fixture.assembly.classPosition == .end else { return }
    let expected = try fixture.expected.array("tokenized_prompts").map {
      try $0.array().map { Int32(try $0.integer()) }
    }
    for (prompt, ids) in zip(fixture.assembly.prompts, expected) {
      for (element, id) in zip(prompt, ids) {
        if case .token(let found) = element { #expect(found == id) }
      }
      #expect(ids[prompt.count - 1] == 49407)
    }
  }

  @Test("text features, logits, loss and the context's gradient agree with PyTorch", arguments: CoOpFixture.names)
  func numbers(name: String) throws {
    let folder = Shared.path("fixtures/coop/\(name)")
    let path = "\(folder)/prompt_learner/model.pth.tar-50"
    let (clip, tokenizer) = try CoOpFixture.model.get()
    let verification = try PromptVerification(
      clip: clip, tokenizer: tokenizer, context: ContextFile.read(path), source: path,
      reference: JSONNode(contentsOf: "\(folder)/expected.json"),
      gradient: JSONNode(contentsOf: "\(folder)/gradient.json"))
    #expect(verification.differences.map(\.name) == ["text_features", "logits", "loss", "gradient"])
    for (name, difference) in verification.differences { #expect(difference < 1e-4, "\(name)") }
  }
}

/// Returns the length of the difference over the length of the expected vector.
func relativeDifference(_ found: [Float], _ expected: [Float]) -> Double {
  func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  return length(zip(found, expected).map { Double($0) - Double($1) }) / length(expected.map(Double.init))
}
