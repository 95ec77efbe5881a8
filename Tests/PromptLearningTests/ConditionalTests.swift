import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("Contexts that images shift")
struct ConditionalTests {
  /// Returns a context that PyTorch learned with its network, the images and their logits.
  private func published(
    _ index: Int
  ) throws -> (context: LearnedContext, names: [String], images: Tensor, logits: [Float]) {
    let root = try JSONNode(contentsOf: Fixtures.path("training/runs.json"))
    let run = try root.array("runs")[index]
    let encoder = try TinyTower.model.get().clip.textEncoder()
    func floats(_ node: JSONNode) throws -> [Float] { try node.array().map { Float(try $0.number()) } }
    let (final, length) = (try floats(run.node("final")), try run.integer("context_length"))
    let network = MetaNetwork(inputs: encoder.embedDimension, outputs: encoder.width)
    let size = length * encoder.width
    let context = try LearnedContext(
      vectors: Tensor(Array(final[..<size]), shape: [length, encoder.width]),
      classPosition: ClassPosition(rawValue: run.string("class_position")),
      metaNetwork: network.tensors(Array(final[size...])),
      provenance: PromptProvenance(method: .coCoOp), source: "test"
    )
    let images = try floats(root.node("image_features"))
    return (
      context, try root.array("class_names").map { try $0.string() },
      try Tensor(images, shape: [images.count / encoder.embedDimension, encoder.embedDimension]),
      try floats(run.node("logits"))
    )
  }

  private func classifier(_ context: LearnedContext, _ names: [String]) throws -> ConditionalClassifier {
    let model = try TinyTower.model.get()
    return try ConditionalClassifier(
      context, source: "test", classNames: names, encoder: model.clip.textEncoder(),
      tokenizer: model.tokenizer,
      contextLimit: 77)
  }

  @Test("every image's logits agree with PyTorch", arguments: [6, 7])
  func pyTorch(index: Int) throws {
    let (context, names, images, logits) = try published(index)
    let found = try classifier(context, names).logits(for: images, scale: TinyTower.model.get().clip.logitScale)
    #expect(largestDifference(found.floats(), logits) < 1e-3)
  }

  @Test("the network's gradient agrees with finite differences")
  func slope() {
    let network = MetaNetwork(inputs: 6, hidden: 3, outputs: 4)
    let (image, parameters) = (randomFloats(6, seed: 1), randomFloats(network.parameterCount, seed: 2))
    let slope = randomFloats(4, seed: 3)
    func value(_ parameters: [Float]) -> Float {
      zip(network.forward(image[...], parameters[...]).shift, slope).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var gradient = [Float](repeating: 0, count: parameters.count)
    let layer = network.forward(image[...], parameters[...]).hidden
    network.backward(slope, image: image[...], layer: layer, parameters: parameters[...], to: &gradient)
    for index in parameters.indices {
      var (above, below) = (parameters, parameters)
      above[index] += 1e-3
      below[index] -= 1e-3
      let found = (value(above) - value(below)) / (above[index] - below[index])
      #expect(abs(found - gradient[index]) < 2e-3)
    }
  }

  @Test("a network of other widths than the towers' is rejected with its tensor's name")
  func widths() throws {
    let (context, names, _, _) = try published(6)
    var tensors = context.metaNetwork
    tensors["linear2.bias"] = try Tensor([1, 2], shape: [2])
    let bad = try LearnedContext(
      vectors: context.vectors, classPosition: context.classPosition, metaNetwork: tensors, source: "test")
    #expect {
      try classifier(bad, names)
    } throws: { error in
      "\(error)".contains("linear2.bias is [2]")
    }
  }
}
