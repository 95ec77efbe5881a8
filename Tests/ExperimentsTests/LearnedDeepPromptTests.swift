import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization
import TestSupport
import Testing

@Suite("Checkpoints of prompts in deep layers on a model folder", .enabled(if: Shared.available))
struct LearnedDeepPromptTests {
  private static let fixtures = Shared.path("fixtures/deep-prompts")

  /// Writes one of the fixtures' CLIPs with its part of CLIP's own vocabulary.
  private static func model(_ name: String, in folder: String) throws -> String {
    let checkpoint = try CheckpointDetector.open("\(fixtures)/clips/\(name).pt")
    let vocabulary = try Vocabulary.embeddedCLIP(size: checkpoint.configuration.text.vocabularySize)
    try ModelFolder.write(
      checkpoint, dtype: nil, to: "\(folder)/\(name)", tokenizer: { Array(vocabulary.tokenizerJSON().utf8) },
      toolVersion: "test")
    return "\(folder)/\(name)"
  }

  @Test(
    "logits are those of the official code, for the classes of the training and for others",
    arguments: [("maple-d3", "wide3"), ("ivlp", "small3"), ("vpt-deep", "small3")])
  func logits(name: String, clip: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(Self.fixtures)/\(name)/checkpoint"
      let prompt = try LearnedDeepPrompt(path, model: Self.model(clip, in: folder), precision: .float32)
      let images = try NumPyFile(path: "\(Self.fixtures)/inputs/\(clip).images.npy").tensor()
      let features = try prompt.model.clip.imageEncoder().encode(images)
      let expected = try JSONNode(contentsOf: "\(path)/expected.json")
      for group in ["training_classes", "new_classes"] {
        let document = try expected.node(group)
        let classifier = try prompt.classifier(document.array("classnames").map { try $0.string() })
        let logits = try document.array("logits").flatMap { try $0.array().map { Float(try $0.number()) } }
        #expect(largestDifference(try classifier.logits(for: features).floats(), logits) < 1e-4)
      }
    }
  }

  @Test(
    "words that ProGrad's context leaves before the class names are part of its prompts; TCP's classes have their vectors",
    arguments: [("prograd", "small3"), ("kgcoop", "small3"), ("tcp", "deep12")])
  func texts(name: String, clip: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(Self.fixtures)/\(name)/checkpoint"
      let model = try OpenedModel(Self.model(clip, in: folder))
      let prompt = try model.prompt(path)
      let expected = try JSONNode(contentsOf: "\(path)/expected.json")
      for group in ["training_classes", "new_classes"] {
        let document = try expected.node(group)
        let names = try document.array("classnames").map { try $0.string() }
        let classifier =
          try (prompt as? LearnedPrompt)?.classifier(names, position: .end) ?? prompt.classifier(ofClasses: names)
        let images = try NumPyFile(path: "\(Self.fixtures)/inputs/\(clip).images.npy").tensor()
        let features = try model.clip.imageEncoder().encode(images)
        let logits = try document.array("logits").flatMap { try $0.array().map { Float(try $0.number()) } }
        #expect(largestDifference(try classifier.logits(for: features).floats(), logits) < 1e-3, "\(name), \(group)")
      }
    }
  }

  @Test(
    "an export for the official trainer holds the same prompts and towers",
    arguments: [("maple-d3", "wide3"), ("tcp", "deep12")])
  func export(name: String, clip: String) throws {
    try withTemporaryFolder { folder in
      let model = try Self.model(clip, in: folder)
      let prompt = try LearnedDeepPrompt(
        "\(Self.fixtures)/\(name)/checkpoint", model: model, precision: .float32)
      try prompt.export(to: "\(folder)/model.pth.tar-3", epoch: 3)
      let again = try LearnedDeepPrompt("\(folder)/model.pth.tar-3", model: model, precision: .float32)
      #expect(again.fingerprint == prompt.fingerprint && again.epoch == 3 && again.method == prompt.method)
    }
  }

  @Test("PromptSRC's drifted towers are taken for the model's, and another model is refused")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let path = "\(Self.fixtures)/promptsrc/checkpoint"
      let prompt = try LearnedDeepPrompt(path, model: Self.model("small3", in: folder), precision: .float32)
      #expect(prompt.prompts.form.imageTokens == 4)
      #expect(throws: ExperimentError.self) { try LearnedDeepPrompt(path, model: nil, precision: .float32) }
      let other = try Self.model("wide3", in: folder)
      #expect { try LearnedDeepPrompt(path, model: other, precision: .float32) } throws: {
        "\($0)".contains("doesn't belong to the model")
      }
    }
  }

  @Test("inspect tells towers, depths and couplings")
  func inspection() throws {
    let found = try FileInspector.describe("\(Self.fixtures)/maple-d3/checkpoint").facts
    #expect(found.contains { "\($0)".contains("2 vectors of width 64 in each of blocks 0 to 2") })
    #expect(found.contains { "\($0)".contains("of width 128, made of the text prompts by 3 linear layers") })
    let vision = try FileInspector.describe("\(Self.fixtures)/vpt-deep/checkpoint")
    #expect(vision.kind == "VPT checkpoint")
    #expect(vision.facts.contains { "\($0)".contains("8 vectors of width 64 in each of blocks 0 to 2") })
  }
}

@Suite("The parts of learning in deeper layers", .enabled(if: Shared.available))
struct DeepLearningPartsTests {
  @Test("PromptSRC's sixty templates are the official ones in their order")
  func templates() throws {
    let document = try JSONNode(contentsOf: Shared.path("fixtures/deep-prompts/promptsrc/expected.json"))
    #expect(try document.array("templates").map { try $0.string() } == DeepLearning.diverseTemplates.map(\.text))
  }
}
