import PromptLensCheckpoints
import PromptLensPromptLearning
import PromptLensTokenization
import TestSupport
import Testing

@Suite("Prompts in deep layers agree with the official trainers", .enabled(if: Shared.available))
struct DeepPromptGoldenTests {
  private static let clips = [
    "maple-d9": "deep12", "tcp": "deep12", "maple-d3": "wide3", "vpt-shallow": "small3", "vpt-deep": "small3",
    "language-deep": "small3", "ivlp": "small3", "promptsrc": "small3", "cocoop": "small3", "kgcoop": "small3",
    "prograd": "small3",
  ]
  private static let withoutCheckpoint = ["maple-d9", "vpt-shallow", "language-deep"]

  @Test(
    "features, logits, losses, gradients, steps and checkpoints agree", arguments: clips.keys.sorted())
  func numbers(name: String) throws {
    let folder = Shared.path("fixtures/deep-prompts")
    let checkpoint = try CheckpointDetector.open("\(folder)/clips/\(Self.clips[name] ?? "").pt")
    let verification = try DeepPromptVerification(
      folder: "\(folder)/\(name)", configuration: checkpoint.configuration, source: checkpoint.source,
      tokenizer: CLIPTokenizer(
        vocabulary: .embeddedCLIP(size: checkpoint.configuration.text.vocabularySize)),
      template: { dataset, trainer in
        dataset == "OxfordPets"
          ? "a photo of a {}, a type of pet."
          : trainer == "ProGrad" ? "a type of flower, a photo of a {}." : "a photo of a {}, a type of flower."
      })
    for kind in DeepPromptVerification.Quantity.allCases {
      guard kind != .checkpointLogits || !Self.withoutCheckpoint.contains(name) else { continue }
      let difference = try #require(verification.differences[kind], "\(kind.rawValue)")
      #expect(difference < 1e-4, "\(kind.rawValue)")
    }
  }

  @Test("adaptation at test time agrees with the official code", arguments: ["tpt", "tda"])
  func testTime(name: String) throws {
    let folder = Shared.path("fixtures/deep-prompts")
    let checkpoint = try CheckpointDetector.open("\(folder)/clips/small3.pt")
    let verification = try DeepPromptVerification(
      folder: "\(folder)/\(name)", configuration: checkpoint.configuration, source: checkpoint.source,
      tokenizer: CLIPTokenizer(
        vocabulary: .embeddedCLIP(size: checkpoint.configuration.text.vocabularySize)),
      template: { dataset, _ in dataset })
    let kinds: [DeepPromptVerification.Quantity] =
      name == "tpt" ? [.logits, .loss, .gradients, .afterSteps] : [.features, .logits, .loss]
    for kind in kinds {
      let difference = try #require(verification.differences[kind], "\(kind.rawValue)")
      #expect(difference < 1e-4, "\(kind.rawValue): \(difference)")
    }
  }

  @Test("ProGrad's templates name the kind first, as its official code does")
  func proGradTemplates() {
    #expect(ProGrad.template("a photo of a {}, a type of pet.") == "a type of pet, a photo of a {}.")
    #expect(ProGrad.template("a photo of {}, a type of food.") == "a type of food, a photo of {}.")
    #expect(ProGrad.template("a photo of a {}.") == "a photo of a {}.")
  }
}
