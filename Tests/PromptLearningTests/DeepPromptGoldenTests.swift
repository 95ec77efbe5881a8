import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors
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

  @Test("class names of tuning at test time stand behind the vectors, among them or before them")
  func classPositions() throws {
    // The tokens of "X X X cat.", between start and end.
    let tokenizer = try TinyTower.model.get().tokenizer
    let ids = try tokenizer.tokenize("x x x cat.", contextLength: 77)
    let name = try tokenizer.tokenize("cat", contextLength: 77).dropFirst().dropLast().map { PromptElement.token($0) }
    let tail = ids.suffix(2).map { PromptElement.token($0) }
    func prompt(_ members: String) throws -> [PromptElement] {
      let written = "{\"n_ctx\": 3, \"token_ids\": [\(ids)]\(members)}"
      return try DeepPromptVerification.prompts(
        JSONNode(source: "case", value: JSON(parsing: [UInt8](written.utf8), source: "case")), ["cat"], tokenizer)[0]
    }
    let start = PromptElement.token(ids[0])
    let vectors = (0..<3).map { PromptElement.context($0) }
    #expect(try prompt("") == [start] + vectors + name + tail)
    #expect(try prompt(#", "class_position": "end""#) == [start] + vectors + name + tail)
    #expect(try prompt(#", "class_position": "front""#) == [start] + name + vectors + tail)
    #expect(try prompt(#", "class_position": "middle""#) == [start] + vectors[..<1] + name + vectors[1...] + tail)
    #expect(
      try prompt(#", "class_position": "middle", "split_idx": 2"#) == [start] + vectors[..<2] + name + vectors[2...]
        + tail)
    #expect { try prompt(#", "class_position": "top""#) } throws: { "\($0)".contains("end, middle or front") }
  }

  @Test("ProGrad's temperature softens both predictions that its second gradient compares")
  func proGradTemperature() throws {
    let clip = try TinyTower.model.get().clip
    let encoder = try clip.textEncoder()
    let (width, classCount) = (encoder.embedDimension, TinyTower.classNames.count)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(TinyTower.assembly().prompts))
    let image = UnitRows(try Tensor(randomFloats(width, seed: 21), shape: [1, width]))
    let anchor = UnitRows(try Tensor(randomFloats(classCount * width, seed: 22), shape: [classCount, width]))
    func taken(temperature: Double, scale: Float) throws -> [Double] {
      func gradient(_ weight: Double, label: Int) throws -> [Float] {
        try ProGrad(anchor: anchor, weight: weight, temperature: temperature).gradient(
          TrainingStep(
            images: image, labels: [label], loss: CrossEntropy(), classCount: classCount, scale: scale, pass: pass,
            context: randomFloats(4 * encoder.width, seed: 23))
        ).parameters
      }
      // The gradients of all labels, each times its probability, sum to zero, so one of them conflicts.
      let longest = try (0..<classCount).map { label in
        let difference = zip(try gradient(1, label: label), try gradient(0, label: label)).map {
          Double($0) - Double($1)
        }
        return (length: difference.reduce(0) { $0 + $1 * $1 }.squareRoot(), difference: difference)
      }.max { $0.length < $1.length }
      let (length, difference) = try #require(longest)
      try #require(length > 0)
      return difference.map { $0 / length }
    }
    func cosine(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
    // Logits at four times the scale and over 4 are those at the scale itself.
    let plain = try taken(temperature: 1, scale: 5)
    #expect(abs(cosine(try taken(temperature: 4, scale: 20), plain)) > 0.9999)
    #expect(abs(cosine(try taken(temperature: 1, scale: 20), plain)) < 0.999)
  }

  @Test("ProGrad's templates name the kind first, as its official code does")
  func proGradTemplates() {
    #expect(ProGrad.template("a photo of a {}, a type of pet.") == "a type of pet, a photo of a {}.")
    #expect(ProGrad.template("a photo of {}, a type of food.") == "a type of food, a photo of {}.")
    #expect(ProGrad.template("a photo of a {}.") == "a photo of a {}.")
  }
}
