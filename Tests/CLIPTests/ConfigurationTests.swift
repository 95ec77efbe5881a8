import PromptLensCLIP
import TestSupport
import PromptLensTensors
import Testing

@Suite("Architectures")
struct ConfigurationTests {
  @Test("OpenAI's architectures have OpenAI's numbers of parameters and are recognized by name")
  func published() throws {
    // Radford et al. (2021), table 1 of the released models; counted from the published state dicts.
    let counts = ["RN50": 102_007_137, "ViT-B/32": 151_277_313, "ViT-B/16": 149_620_737, "ViT-L/14": 427_616_513]
    for (name, configuration) in CLIPConfiguration.published {
      try configuration.validate(source: name)
      #expect(configuration.publishedName == name)
      let sizes = configuration.tensors.filter { !$0.name.contains("running_") }.map { $0.shape.reduce(1, *) }
      if let count = counts[name] { #expect(sizes.reduce(0, +) == count, "\(name)") }
    }
  }

  @Test(
    "the architecture is inferred from the shapes of its tensors", arguments: CLIPConfiguration.published.map(\.name))
  func inference(name: String) throws {
    let configuration = try #require(CLIPConfiguration.published.first { $0.name == name }).configuration
    let inferred = try CLIPConfiguration(inferringFrom: Shapes(configuration), activation: .quickGELU)
    #expect(inferred == configuration)
  }

  @Test("impossible settings are rejected before memory is allocated")
  func invalid() throws {
    let valid = try #require(CLIPConfiguration.published.first { $0.name == "ViT-B/32" }).configuration
    func expectRefusal(of setting: String, _ change: (inout CLIPConfiguration) -> Void) {
      var configuration = valid
      change(&configuration)
      do {
        try configuration.validate(source: "config.json")
        Issue.record("\(setting) was accepted")
      } catch {
        #expect(error.description.hasPrefix("config.json: \(setting) is "), "\(error)")
      }
    }
    expectRefusal(of: "the text tower's number of heads") { $0.text.transformer.heads = 7 }
    expectRefusal(of: "the text tower's number of heads") { $0.text.transformer.heads = 0 }
    expectRefusal(of: "the text tower's number of layers") { $0.text.transformer.layers = .max }
    expectRefusal(of: "the text tower's layer-norm epsilon") { $0.text.transformer.normEpsilon = .nan }
    expectRefusal(of: "the embedding dimension") { $0.embedDimension = -1 }
    expectRefusal(of: "the image resolution") {
      $0.image = .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 1 << 40, patchSize: 32, transformer: TransformerConfiguration(width: 768, layers: 12)))
    }
    expectRefusal(of: "the patch size") {
      $0.image = .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 224, patchSize: 30, transformer: TransformerConfiguration(width: 768, layers: 12)))
    }
  }

  /// A source that knows the shapes of an architecture's tensors and nothing else.
  private struct Shapes: TensorSource {
    let origin = "shapes"
    private let shapes: [String: [Int]]

    init(_ configuration: CLIPConfiguration) {
      shapes = Dictionary(uniqueKeysWithValues: configuration.tensors.map { ($0.name, $0.shape) })
    }

    var names: [String] { shapes.keys.sorted() }

    func description(of name: String) throws -> TensorDescription {
      guard let shape = shapes[name] else { throw TensorError.missing(name: name, source: origin) }
      return TensorDescription(shape: try Shape(shape), dtype: .float32)
    }

    func tensor(_ name: String) throws -> Tensor { throw TensorError.missing(name: name, source: origin) }
  }
}
