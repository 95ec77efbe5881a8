import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("CoOp's own checkpoints give the reference's numbers", .enabled(if: Shared.available))
struct CoOpGoldenTests {
  @Test("prompts are the reference's token ids around the context", arguments: CoOpFixture.names)
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

  @Test("text features, logits, loss and the context's gradient are PyTorch's", arguments: CoOpFixture.names)
  func numbers(name: String) throws {
    let fixture = try CoOpFixture(name)
    let clip = try CoOpFixture.model.get().clip
    let encoder = try clip.textEncoder()
    let pass = try PromptPass(encoder: encoder, tree: PromptTree(fixture.assembly.prompts))
    let features = try fixture.context.withFloats { try pass.forward(context: $0) }
    let text = UnitRows(features, width: encoder.embedDimension)
    let expectedText = try buffer(CoOpFixture.floats(fixture.expected.array("text_features")))
    #expect(largestDifference(text.rows.floats, UnitRows(expectedText, width: text.width).rows.floats) < 1e-4)

    let imageRows = try fixture.expected.array("image_features")
    let images = UnitRows(buffer(try CoOpFixture.floats(imageRows)), width: text.width)
    let logits = try CosineHead(images: images, scale: clip.logitScale).forward(text)
    let expectedLogits = try CoOpFixture.floats(fixture.expected.array("logits"))
    #expect(largestDifference(logits, expectedLogits) < 1e-4 * clip.logitScale)

    let order = try fixture.expected.array("images").map { try $0.string() }
    let batch = try fixture.gradient.array("images").map { try $0.string() }
    let batchRows = try batch.map { imageRows[try #require(order.firstIndex(of: $0))] }
    let labels = try fixture.gradient.array("labels").map { try $0.integer() }
    let head = try CosineHead(
      images: UnitRows(buffer(CoOpFixture.floats(batchRows)), width: text.width), scale: clip.logitScale)
    let ways = fixture.assembly.classNames.count
    let loss = CrossEntropy().evaluate(logits: try head.forward(text), ways: ways, labels: labels, weights: [])
    let textGradient = text.backward(try head.backward(loss.gradient, ways: ways))
    let gradient = try pass.backward(textGradient.pointer)
    let expected = try CoOpFixture.floats(fixture.gradient.array("gradient"))
    #expect(abs(loss.mean - (try fixture.gradient.number("loss"))) < 1e-4)
    let found = gradient.floats
    #expect(found.count == expected.count)
    #expect(relativeDifference(found, expected) < 1e-4)
    _ = textGradient.count
  }
}

/// The length of the difference over the length of what is expected.
func relativeDifference(_ found: [Float], _ expected: [Float]) -> Double {
  func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  return length(zip(found, expected).map { Double($0) - Double($1) }) / length(expected.map(Double.init))
}
